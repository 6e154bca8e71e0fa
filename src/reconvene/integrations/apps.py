"""The integrations app: enters what it implements where the apps below declare it."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Offers the kinds of calendars that this installation can read."""

    name = "reconvene.integrations"
    label = "integrations"

    def ready(self) -> None:
        from reconvene.integrations.calendars import offer  # noqa: PLC0415  # reads the settings, which must be there first

        offer()
