"""Addresses of the demo."""

from django.urls import path

from reconvene.demo import views

urlpatterns = [
    path("", views.demo, name="demo"),
    path("personas/<uuid:person_id>/", views.becoming, name="demo-becoming"),
    path("clock/", views.clock_move, name="demo-clock"),
    path("mailbox/", views.mailbox, name="demo-mailbox"),
    path("mailbox/<str:name>/", views.letter, name="demo-letter"),
]
