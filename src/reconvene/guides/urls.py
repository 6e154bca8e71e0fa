"""Addresses of the guides, of the desk on which L&D writes its own, and of the pact."""

from django.urls import path

from reconvene.guides import views
from reconvene.guides.authoring.views import desk, reviews, shelf

OURS = "guides/ours/<uuid:guide_id>/"

urlpatterns = [
    path("guides/", views.guides, name="guides"),
    path("guides/ours/", desk.own_guides, name="own-guides"),
    path("guides/ours/new/", desk.own_guide_new, name="own-guide-new"),
    path("guides/ours/adaptation/", desk.guide_adaptation, name="guide-adaptation"),
    path("guides/ours/files/", shelf.own_guides_import, name="own-guides-import"),
    path("guides/ours/files/all/", shelf.own_guides_file, name="own-guides-file"),
    path("guides/ours/library/", shelf.own_library, name="own-library"),
    path(OURS, desk.own_guide, name="own-guide"),
    path(f"{OURS}words/", desk.own_guide_words, name="own-guide-words"),
    path(f"{OURS}preview/", desk.own_guide_preview, name="own-guide-preview"),
    path(f"{OURS}handing-in/", desk.own_guide_handing_in, name="own-guide-handing-in"),
    path(f"{OURS}review/", reviews.own_guide_review, name="own-guide-review"),
    path(f"{OURS}versions/<int:number>/", reviews.own_guide_version, name="own-guide-version"),
    path(f"{OURS}comparison/", reviews.own_guide_comparison, name="own-guide-comparison"),
    path(f"{OURS}retirement/", desk.own_guide_retirement, name="own-guide-retirement"),
    path(f"{OURS}discarding/", desk.own_guide_discarding, name="own-guide-discarding"),
    path(f"{OURS}file/", shelf.own_guide_file, name="own-guide-file"),
    path("guides/<slug:slug>/", views.guide, name="guide"),
    path("guides/<slug:slug>/job-aid/", views.job_aid, name="job-aid"),
    path("guides/<slug:slug>/handout/", views.handout, name="handout"),
    path("guides/<slug:slug>/booklet/", views.booklet, name="booklet"),
    path("pact/", views.pact, name="pact"),
]
