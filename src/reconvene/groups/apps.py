"""The groups app."""

from django.apps import AppConfig


class GroupsConfig(AppConfig):
    """Names the app."""

    name = "reconvene.groups"
    label = "groups"
