"""The second lock: row-level security on every table that has an organisation. Called after each migration by base.apps.

FORCE makes it hold for the owner of the tables too, which is the role that the program connects as. A role with superuser rights or
BYPASSRLS would walk through; `reconvene check` refuses such a role.
"""

from typing import Any

from django.apps import apps
from django.db import connections, models

FUNCTIONS = """
CREATE OR REPLACE FUNCTION reconvene_organisation_of_address(address text) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE before text := coalesce(current_setting('reconvene.organisation', true), ''); found uuid;
BEGIN
    PERFORM set_config('reconvene.organisation', '*', true);
    SELECT organisation_id INTO found FROM people_person WHERE lower(email) = lower(address) AND left_at IS NULL LIMIT 1;
    PERFORM set_config('reconvene.organisation', before, true);
    RETURN found;
END $$;

CREATE OR REPLACE FUNCTION reconvene_organisation_of_room(wanted text) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE before text := coalesce(current_setting('reconvene.organisation', true), ''); found uuid;
BEGIN
    PERFORM set_config('reconvene.organisation', '*', true);
    SELECT organisation_id INTO found FROM rooms_room JOIN people_organisation ON people_organisation.id = organisation_id
        WHERE code = wanted AND closed_at IS NULL AND NOT is_rehearsal;
    PERFORM set_config('reconvene.organisation', before, true);
    RETURN found;
END $$;

DROP FUNCTION IF EXISTS reconvene_organisations();
CREATE OR REPLACE FUNCTION reconvene_organisations(rehearsals boolean) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE before text := coalesce(current_setting('reconvene.organisation', true), ''); found uuid[];
BEGIN
    PERFORM set_config('reconvene.organisation', '*', true);
    SELECT coalesce(array_agg(id ORDER BY created_at, id), '{}') INTO found FROM people_organisation WHERE is_rehearsal = rehearsals;
    PERFORM set_config('reconvene.organisation', before, true);
    RETURN found;
END $$;
"""

SEES = """({column} = nullif(nullif(current_setting('reconvene.organisation', true), '*'), '')::uuid
    OR current_setting('reconvene.organisation', true) = '*')"""
"""Written out rather than as a function, because the planner can estimate a comparison and not a call."""

POLICY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS organisation ON {table};
CREATE POLICY organisation ON {table} USING ({seen}) WITH CHECK ({written});
"""


def locked_models() -> list[type[models.Model]]:
    """Every model whose rows belong to one organisation, and Organisation itself."""
    return [model for model in apps.get_models() if _column(model)]


def lock_tables(*, using: str = "default", **_: Any) -> None:
    """Write the policies for all tables of the field. Safe to repeat."""
    with connections[using].cursor() as cursor:
        existing = set(connections[using].introspection.table_names(cursor))
        if not {"people_person", "people_organisation"} <= existing:
            return
        cursor.execute(FUNCTIONS)
        for model in locked_models():
            table, column = model._meta.db_table, _column(model)
            if table not in existing:
                continue
            written = SEES.format(column=column)
            seen = f"({column} IS NULL OR {written})" if _shared(model) else written
            cursor.execute(POLICY.format(table=table, seen=seen, written=written if not _shared(model) else seen))


def _column(model: type[models.Model]) -> str | None:
    if model._meta.label == "people.Organisation":
        return "id"
    return "organisation_id" if any(field.attname == "organisation_id" for field in model._meta.concrete_fields) else None


def _shared(model: type[models.Model]) -> bool:
    """Built-in rows (topics) have no organisation and may be read by all."""
    return model._meta.label != "people.Organisation" and bool(model._meta.get_field("organisation").null)
