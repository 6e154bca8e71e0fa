"""Addresses of the roll-out: business cases for L&D, shown ones for sponsors, and the files made of them."""

from django.urls import path

from reconvene.rollout import views

urlpatterns = [
    path("business-cases/", views.business_cases, name="business-cases"),
    path("business-cases/<uuid:case_id>/", views.business_case, name="business-case"),
    path("business-cases/<uuid:case_id>/assumptions/", views.assumptions, name="business-case-assumptions"),
    path("business-cases/<uuid:case_id>/showing/", views.showing, name="business-case-showing"),
    path("business-cases/<uuid:case_id>/removal/", views.removal, name="business-case-removal"),
    path("business-cases/<uuid:case_id>/printouts/<slug:kind>/", views.printout, name="business-case-printout"),
    path("business-cases/<uuid:case_id>/printouts/<slug:kind>/file/", views.printout_file, name="business-case-printout-file"),
    path("business-cases/<uuid:case_id>/drawings/<slug:name>.svg", views.drawing, name="business-case-drawing"),
]
