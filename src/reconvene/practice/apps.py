"""The practice app."""

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    """Names the app."""

    name = "reconvene.practice"
    label = "practice"
