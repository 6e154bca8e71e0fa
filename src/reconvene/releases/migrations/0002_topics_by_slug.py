"""What was published by topic stands under the slug of the topic instead of its title, which an organisation may change: no number is touched."""

from typing import Any

from django.db import migrations


def by_slug(apps: Any, schema_editor: Any) -> None:
    """Rename the cells of figures and of ledger lines, in every organisation. A title that no topic has any more stays as it is."""
    topic, figure, line = apps.get_model("guides", "Topic"), apps.get_model("releases", "Figure"), apps.get_model("releases", "LedgerLine")
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('reconvene.organisation', true), '')")
        before = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('reconvene.organisation', '*', true)")
        slugs = {(whose, title): slug for whose, title, slug in topic.objects.values_list("organisation_id", "title", "slug")}
        for one in figure.objects.filter(key="topics"):
            cells = [{**cell, "label": _slug(slugs, one.organisation_id, cell["label"])} for cell in one.value["cells"]]
            figure.objects.filter(id=one.id).update(value={**one.value, "cells": cells})
        for one in line.objects.filter(table="topics").only("organisation_id", "cell"):
            line.objects.filter(id=one.id).update(cell=_slug(slugs, one.organisation_id, one.cell))
        cursor.execute("SELECT set_config('reconvene.organisation', %s, true)", [before])


def _slug(slugs: dict[Any, str], organisation_id: Any, title: str) -> str:
    return slugs.get((None, title)) or slugs.get((organisation_id, title)) or title


class Migration(migrations.Migration):
    dependencies = [("releases", "0001_initial"), ("guides", "0005_adapted")]

    operations = [migrations.RunPython(by_slug, migrations.RunPython.noop)]
