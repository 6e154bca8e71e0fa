"""The availability app."""

from django.apps import AppConfig


class AvailabilityConfig(AppConfig):
    """Names the app."""

    name = "reconvene.availability"
    label = "availability"
