"""The roll-out app, and what it enters in the registry of the app below."""

from importlib import import_module

from django.apps import AppConfig


class RolloutConfig(AppConfig):
    """Names the app and enters which gates hang on the threshold."""

    name = "reconvene.rollout"
    label = "rollout"

    def ready(self) -> None:
        import_module("reconvene.rollout.raising").register()
