"""Addresses of the practice weeks."""

from django.urls import path

from reconvene.practice import link_views, views

urlpatterns = [
    path("practice/<uuid:cycle_id>/", views.practice, name="practice"),
    path("practice/<uuid:cycle_id>/plan/", views.plan, name="practice-plan"),
    path("practice/<uuid:cycle_id>/check-in/", views.check_in, name="practice-check-in"),
    path("practice/<uuid:cycle_id>/half-way/", views.half_way, name="practice-half-way"),
    path("practice/<uuid:cycle_id>/report/", views.report, name="practice-report"),
    path("practice/<uuid:cycle_id>/talk/", views.talk, name="practice-talk"),
    path("practice/<uuid:cycle_id>/messages/", views.resuming, name="practice-resuming"),
    path("practice/<uuid:cycle_id>/boss/", views.boss, name="practice-boss"),
    path("practice/<uuid:cycle_id>/journal/", views.journal, name="practice-journal"),
    path("practice/<uuid:cycle_id>/journal/copy/", views.journal_copy, name="practice-journal-copy"),
    path("practice/<uuid:cycle_id>/journal/deletion/", views.journal_deletion, name="practice-journal-deletion"),
    path("practice/journal/<uuid:entry_id>/deletion/", views.journal_entry_deletion, name="practice-journal-entry-deletion"),
    path("practice/check-ins/<uuid:check_in_id>/sharing/", views.sharing, name="practice-sharing"),
    path("check-ins/<str:token>/", link_views.check_in, name="check-in"),
    path("half-way/<str:token>/", link_views.half_way, name="half-way"),
    path("reports/<str:token>/", link_views.report, name="report-by-link"),
    path("plans/<str:token>/", link_views.plan, name="plan-by-link"),
    path("talks/<str:token>/", link_views.talk, name="talk-by-link"),
    path("journals/<str:token>/", link_views.journal, name="journal-by-link"),
]
