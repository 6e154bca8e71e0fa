"""Addresses of the playbook."""

from django.urls import path

from reconvene.playbook import stewarding, views

urlpatterns = [
    path("playbook/", views.playbook, name="playbook"),
    path("playbook/strategies/<uuid:strategy_id>/", views.strategy, name="strategy"),
    path("playbook/strategies/<uuid:strategy_id>/trial/", views.trial, name="strategy-trial"),
    path("playbook/strategies/<uuid:strategy_id>/trial/withdrawal/", views.trial_withdrawal, name="strategy-trial-withdrawal"),
    path("playbook/strategies/<uuid:strategy_id>/review/", stewarding.review, name="strategy-review"),
    path("playbook/sheets/<slug:slug>/", views.sheet, name="playbook-sheet"),
    path("playbook/sheets/<slug:slug>/file/", views.sheet_file, name="playbook-sheet-file"),
    path("playbook/topics/<slug:slug>/following/", views.following, name="topic-following"),
    path("playbook/followings/<uuid:following_id>/", views.followed, name="playbook-following"),
    path("playbook/stewarding/", stewarding.desk, name="playbook-stewarding"),
    path("playbook/export.csv", stewarding.export, name="playbook-export"),
    path("playbook/withdrawals/", views.withdrawal, name="strategy-withdrawal"),
]
