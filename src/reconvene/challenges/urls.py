"""Addresses of challenges."""

from django.urls import path

from reconvene.challenges import views

urlpatterns = [
    path("challenges/new/", views.challenge_new, name="challenge-new"),
    path("challenges/hints/", views.hints, name="challenge-hints"),
    path("challenges/<uuid:challenge_id>/", views.challenge, name="challenge"),
    path("challenges/<uuid:challenge_id>/withdrawal/", views.withdrawal, name="challenge-withdrawal"),
    path("challenges/<uuid:challenge_id>/offer/", views.offer, name="challenge-offer"),
    path("challenges/<uuid:challenge_id>/fellow/", views.asking, name="challenge-fellow"),
    path("fellows/<str:token>/", views.fellow, name="fellow"),
]
