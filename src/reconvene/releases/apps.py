"""The releases app."""

from importlib import import_module

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """Names the app and puts the measures of the apps below into its reports."""

    name = "reconvene.releases"
    label = "releases"

    def ready(self) -> None:
        import_module("reconvene.releases.measures").register()
        import_module("reconvene.releases.demand").register()
