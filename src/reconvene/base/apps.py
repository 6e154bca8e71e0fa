"""The base app: clock, tenancy, jobs, links, design components. Knows nothing of the field."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from reconvene.base import row_security


class BaseConfig(AppConfig):
    """Locks every table of an organisation after each migration, so that no new table can be forgotten."""

    name = "reconvene.base"
    label = "base"

    def ready(self) -> None:
        post_migrate.connect(row_security.lock_tables, sender=self)
