"""The surveys app."""

from importlib import import_module

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """Names the app, registers its measures and the words of its notice."""

    name = "reconvene.surveys"
    label = "surveys"

    def ready(self) -> None:
        import_module("reconvene.surveys.measures").register()
        import_module("reconvene.surveys.messages")
