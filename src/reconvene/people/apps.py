"""The people app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Organisations, people, sign-in, the directory import."""

    name = "reconvene.people"
    label = "people"
