"""The notices app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Names the app, and enters the channel that everybody has and the app's own kind of notice."""

    name = "reconvene.notices"
    label = "notices"

    def ready(self) -> None:
        from reconvene.notices import messages, smtp  # noqa: F401, PLC0415  # they enter what they hold, and need the models first
