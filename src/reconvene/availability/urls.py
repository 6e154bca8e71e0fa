"""Addresses of the page "When I can meet" and of connecting calendars."""

from django.urls import path

from reconvene.availability import views

urlpatterns = [
    path("account/availability/", views.availability, name="availability"),
    path("account/availability/hours/", views.hours, name="availability-hours"),
    path("account/availability/half-days/", views.half_days, name="availability-half-days"),
    path("account/calendars/", views.calendars, name="calendars"),
    path("account/calendars/back/", views.back, name="calendar-back"),
    path("account/calendars/<slug:kind>/new/", views.calendar_new, name="calendar-new"),
    path("account/calendars/<uuid:connection_id>/removal/", views.removal, name="calendar-removal"),
    path("account/calendars/<uuid:connection_id>/writing/", views.writing, name="calendar-writing"),
]
