"""Addresses of the account and of pausing messages."""

from django.urls import path

from reconvene.notices import channel_views, views

urlpatterns = [
    path("account/", views.account, name="account"),
    path("account/wishes/", views.wishes, name="account-wishes"),
    path("account/pause/", views.account_pause, name="account-pause"),
    path("account/address/", views.account_address, name="account-address"),
    path("account/channel/", channel_views.channel, name="account-channel"),
    path("account/browsers/", channel_views.browsers, name="account-browsers"),
    path("account/browsers/<uuid:browser_id>/removal/", channel_views.browser_removal, name="account-browser-removal"),
    path("push-worker.js", channel_views.push_worker, name="push-worker"),
    path("s/<str:code>", channel_views.short, name="short"),
    path("messages/<str:token>/pause/", views.pause, name="pause"),
]
