"""A few connections to the database beside Django's pool, for one prepared statement at a time. Used by the drafts.

A question travels as one message and so does the answer: the organisation is set and the statement run in the same transaction. Values travel
beside the statement, so that no log of the database ever holds them; row-level security holds as everywhere.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from reconvene.base.tenancy import SETTING
from reconvene.rooms.viewers import parameters

MOST = 4  # connections for each process; whoever comes while all are busy waits for one
PATIENCE = 3.0  # seconds for an answer; then the database counts as away
BELONGS = f"SELECT set_config('{SETTING}', $1, true)"


class Lines:
    """The connections of one event loop. `statements`: name -> SQL with $1, $2 and so on."""

    def __init__(self, statements: Mapping[str, sql.Composed]) -> None:
        self.statements = {name: statement.as_string() for name, statement in statements.items()}
        self.idle: list[psycopg.AsyncConnection[Any]] = []
        self.free = asyncio.Semaphore(MOST)

    async def ask(self, organisation_id: UUID, name: str, values: Sequence[Any]) -> tuple[Any, ...]:
        """The first row of a statement, run and committed for an organisation. Raises psycopg.Error or TimeoutError."""
        async with self.free, asyncio.timeout(PATIENCE):
            line = self.idle.pop() if self.idle else await self._open()
            try:
                async with line.pipeline():  # one transaction, because nothing in it says otherwise
                    await psycopg.AsyncRawCursor(line).execute(BELONGS, [str(organisation_id)], prepare=True)
                    cursor = await psycopg.AsyncRawCursor(line).execute(self.statements[name], values, prepare=True)
                row = await cursor.fetchone()
            except BaseException:  # also when nobody waits any more: what the line would say next is not for the next one who asks
                await line.close()
                raise
            self.idle.append(line)
            assert row is not None
            return row

    async def close(self) -> None:
        """End all that are idle: the server stops."""
        while self.idle:
            await self.idle.pop().close()

    async def _open(self) -> psycopg.AsyncConnection[Any]:
        line = await psycopg.AsyncConnection.connect(**parameters(), autocommit=True)
        await line.execute("SET plan_cache_mode = force_generic_plan")  # rows are found by their keys, whatever the values
        return line
