"""Addresses of the practice weeks."""

from django.urls import path

from reconvene.practice import link_views, views

urlpatterns = [
    path("practice/<uuid:cycle_id>/", views.practice, name="practice"),
    path("practice/<uuid:cycle_id>/plan/", views.plan, name="practice-plan"),
    path("practice/<uuid:cycle_id>/check-in/", views.check_in, name="practice-check-in"),
    path("practice/<uuid:cycle_id>/half-way/", views.half_way, name="practice-half-way"),
    path("practice/<uuid:cycle_id>/report/", views.report, name="practice-report"),
    path("practice/<uuid:cycle_id>/notes/", views.notes, name="practice-notes"),
    path("practice/check-ins/<uuid:check_in_id>/sharing/", views.sharing, name="practice-sharing"),
    path("check-ins/<str:token>/", link_views.check_in, name="check-in"),
    path("half-way/<str:token>/", link_views.half_way, name="half-way"),
    path("reports/<str:token>/", link_views.report, name="report-by-link"),
]
