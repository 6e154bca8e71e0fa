"""The integrations app: enters what it implements where the apps below declare it."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Offers the kinds of calendars that this installation can read, the channels by which it can write, and an encoder if one is set."""

    name = "reconvene.integrations"
    label = "integrations"

    def ready(self) -> None:
        from reconvene.integrations import calendars, channels, embedding  # noqa: PLC0415  # they read the settings, which must be there first

        calendars.offer()
        channels.offer()
        embedding.offer()
