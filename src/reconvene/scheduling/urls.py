"""Addresses of sessions and their dates."""

from django.urls import path

from reconvene.scheduling import views

urlpatterns = [
    path("dates/<str:token>/", views.dates, name="dates"),
    path("feeds/<str:token>/", views.feed, name="feed"),
    path("account/feed/", views.my_feed, name="my-feed"),
    path("sessions/<uuid:session_id>/", views.session, name="session"),
    path("sessions/<uuid:session_id>/answer/", views.session_answer, name="session-answer"),
    path("sessions/<uuid:session_id>/host/", views.session_host, name="session-host"),
    path("sessions/<uuid:session_id>/host-card/", views.host_card, name="host-card"),
    path("sessions/<uuid:session_id>/date/", views.session_date, name="session-date"),
    path("sessions/<uuid:session_id>/place/", views.session_place, name="session-place"),
    path("sessions/<uuid:session_id>/calendar/", views.calendar_file, name="session-calendar"),
]
