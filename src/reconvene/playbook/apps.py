"""The playbook app."""

from django.apps import AppConfig


class PlaybookConfig(AppConfig):
    """Names the app."""

    name = "reconvene.playbook"
    label = "playbook"
