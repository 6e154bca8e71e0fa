"""The surveys app."""

from importlib import import_module

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """Names the app and registers its measures."""

    name = "reconvene.surveys"
    label = "surveys"

    def ready(self) -> None:
        import_module("reconvene.surveys.measures").register()
