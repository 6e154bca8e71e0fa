"""Addresses of seats and of groups called on the spot."""

from django.urls import path

from reconvene.forming import views

urlpatterns = [
    path("seats/by-link/<str:token>/", views.seat, name="seat"),
    path("seats/<uuid:seat_id>/", views.seat_mine, name="seat-mine"),
    path("calls/new/", views.group_call, name="group-call"),
    path("calls/code/", views.call_code, name="call-code"),
    path("calls/<uuid:call_id>/", views.call, name="call"),
    path("calls/by-link/<str:token>/", views.call_join, name="call-join"),
]
