"""Addresses of the directory import, below people/imports/."""

from django.urls import path

from reconvene.people import directory_views as views

urlpatterns = [
    path("", views.imports, name="directory-imports"),
    path("<uuid:import_id>/", views.directory_import, name="directory-import"),
    path("<uuid:import_id>/reading/", views.reading, name="directory-import-reading"),
    path("<uuid:import_id>/columns/", views.columns, name="directory-import-columns"),
    path("<uuid:import_id>/levels/", views.levels, name="directory-import-levels"),
    path("<uuid:import_id>/application/", views.application, name="directory-import-application"),
    path("<uuid:import_id>/removal/", views.removal, name="directory-import-removal"),
    path("<uuid:import_id>/problems.csv", views.problems, name="directory-import-problems"),
]
