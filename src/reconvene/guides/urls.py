"""Addresses of the guides and the pact."""

from django.urls import path

from reconvene.guides import views

urlpatterns = [
    path("guides/", views.guides, name="guides"),
    path("guides/<slug:slug>/", views.guide, name="guide"),
    path("guides/<slug:slug>/job-aid/", views.job_aid, name="job-aid"),
    path("pact/", views.pact, name="pact"),
]
