"""The base app: clock, tenancy, jobs, links, design components. Knows nothing of the field."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils import translation

from reconvene.base import row_security
from reconvene.base.translation import translate_with


class BaseConfig(AppConfig):
    """Locks every table of an organisation after each migration, so that none can be forgotten; gives pure modules their translator."""

    name = "reconvene.base"
    label = "base"

    def ready(self) -> None:
        post_migrate.connect(row_security.lock_tables, sender=self)
        translate_with(translation)
