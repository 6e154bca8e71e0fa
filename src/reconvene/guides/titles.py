"""What a topic is called: the column of its title reads in every query as the organisation of the work in hand calls the topic. Used by guides.models.

The database answers, so no page, message, job or order of a list can forget it, and it takes no query. Built-in topics are one row for all
organisations; what one of them calls a topic stands in its own rows (`TopicArrangement`), which nobody else can read.
"""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler

CALLED = """SELECT COALESCE(NULLIF(called.guide_title, ''), NULLIF(called.title, '')) FROM guides_topicarrangement called WHERE called.topic_id = {topic}.id
    AND called.organisation_id = NULLIF(NULLIF(current_setting('reconvene.organisation', true), '*'), '')::uuid"""
"""The title of the organisation's version of the guide, else what it calls the topic. The condition is the one of row-level security, which holds besides: where
every organisation may be read, as in a backup, topics keep their own titles.
"""


class _Called(Col):
    """The column as it is read: as the organisation calls the topic."""

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        column, params = super().as_sql(compiler, connection)
        called = CALLED.format(topic=compiler.quote_name_unless_alias(self.alias))
        return f"COALESCE(({called}), {column})", params


class TitleHere(models.CharField):  # type: ignore[type-arg]  # only the stubs know type parameters
    """The title of a topic. Written as it is given; read, also in conditions and orders, as the organisation calls the topic."""

    def get_col(self, alias: str, output_field: "models.Field[Any, Any] | None" = None) -> Col:
        return _Called(alias, self, output_field)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """To a migration a plain text: what it reads and writes is our own title."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
