"""Brings the demo's database to this version and fills it when it is empty. Called by demo.command and by the browser tests."""

import time
from typing import TextIO

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from reconvene.base import tenancy
from reconvene.config import upkeep
from reconvene.demo.company import found_company
from reconvene.guides.catalogue import sync_topics


def prepare(*, out: TextIO) -> None:
    """Migrate and seed if needed; say what takes time."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print(_("Preparing the database ..."), file=out, flush=True)
        upkeep.migrate()
    if tenancy.every_organisation():
        return
    sync_topics()  # a reset has thrown the built-in topics away too
    began = time.monotonic()
    print(_("Inviting 240 managers ..."), file=out, flush=True)
    found_company()
    ready = _("The sample company is ready (%(seconds)s s).") % {"seconds": f"{time.monotonic() - began:.0f}"}
    print(ready, file=out, flush=True)
