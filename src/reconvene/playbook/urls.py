"""Addresses of the playbook."""

from django.urls import path

from reconvene.playbook import views

urlpatterns = [
    path("playbook/", views.playbook, name="playbook"),
    path("playbook/strategies/<uuid:strategy_id>/", views.strategy, name="strategy"),
    path("playbook/withdrawals/", views.withdrawal, name="strategy-withdrawal"),
]
