"""Addresses of the questionnaires and of the question to observers."""

from django.urls import path

from reconvene.surveys import link_views, views

urlpatterns = [
    path("questions/<uuid:cycle_id>/start/", views.start, name="questions-start"),
    path("questions/<uuid:cycle_id>/later/", views.later, name="questions-twelve-weeks"),
    path("questions/seats/<str:token>/", link_views.start_by_seat, name="questions-by-seat"),
    path("questions/later/<str:token>/", link_views.later, name="questions-later"),
    path("questions/programmes/<uuid:programme_id>/", views.waiting, name="questions-waiting"),
    path("questions/waiting/<str:token>/", link_views.waiting, name="questions-waiting-by-link"),
    path("observers/<uuid:cycle_id>/", views.observers, name="observers"),
    path("observing/<str:token>/", link_views.observing, name="observing"),
]
