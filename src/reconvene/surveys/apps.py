"""The surveys app."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """Names the app."""

    name = "reconvene.surveys"
    label = "surveys"
