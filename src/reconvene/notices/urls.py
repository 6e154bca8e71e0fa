"""Addresses of the account and of pausing messages."""

from django.urls import path

from reconvene.notices import views

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/wishes/", views.wishes, name="account-wishes"),
    path("account/pause/", views.account_pause, name="account-pause"),
    path("account/address/", views.account_address, name="account-address"),
    path("messages/<str:token>/pause/", views.pause, name="pause"),
]
