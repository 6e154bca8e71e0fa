"""Addresses of the guides, of the desk on which L&D writes its own, and of the pact."""

from django.urls import path

from reconvene.guides import views
from reconvene.guides.authoring import views as authoring

OURS = "guides/ours/<uuid:guide_id>/"

urlpatterns = [
    path("guides/", views.guides, name="guides"),
    path("guides/ours/", authoring.own_guides, name="own-guides"),
    path("guides/ours/new/", authoring.own_guide_new, name="own-guide-new"),
    path("guides/ours/adaptation/", authoring.guide_adaptation, name="guide-adaptation"),
    path("guides/ours/files/", authoring.own_guides_import, name="own-guides-import"),
    path("guides/ours/files/all/", authoring.own_guides_file, name="own-guides-file"),
    path("guides/ours/library/", authoring.own_library, name="own-library"),
    path(OURS, authoring.own_guide, name="own-guide"),
    path(f"{OURS}words/", authoring.own_guide_words, name="own-guide-words"),
    path(f"{OURS}preview/", authoring.own_guide_preview, name="own-guide-preview"),
    path(f"{OURS}handing-in/", authoring.own_guide_handing_in, name="own-guide-handing-in"),
    path(f"{OURS}review/", authoring.own_guide_review, name="own-guide-review"),
    path(f"{OURS}versions/<int:number>/", authoring.own_guide_version, name="own-guide-version"),
    path(f"{OURS}comparison/", authoring.own_guide_comparison, name="own-guide-comparison"),
    path(f"{OURS}retirement/", authoring.own_guide_retirement, name="own-guide-retirement"),
    path(f"{OURS}discarding/", authoring.own_guide_discarding, name="own-guide-discarding"),
    path(f"{OURS}file/", authoring.own_guide_file, name="own-guide-file"),
    path("guides/<slug:slug>/", views.guide, name="guide"),
    path("guides/<slug:slug>/job-aid/", views.job_aid, name="job-aid"),
    path("guides/<slug:slug>/handout/", views.handout, name="handout"),
    path("guides/<slug:slug>/booklet/", views.booklet, name="booklet"),
    path("pact/", views.pact, name="pact"),
]
