"""Addresses of a member's own pages."""

from django.urls import path

from reconvene.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("groups/", views.groups, name="groups"),
    path("groups/<uuid:group_id>/", views.group, name="group"),
    path("groups/<uuid:group_id>/history/", views.history, name="group-history"),
    path("groups/<uuid:group_id>/dates/", views.dates, name="group-dates"),
    path("groups/<uuid:group_id>/open-seats/", views.open_seats, name="group-open-seats"),
    path("groups/<uuid:group_id>/offers/", views.offers, name="group-offers"),
    path("groups/<uuid:group_id>/topic/", views.topic, name="group-topic"),
    path("groups/<uuid:group_id>/leaving/", views.leaving, name="group-leaving"),
]
