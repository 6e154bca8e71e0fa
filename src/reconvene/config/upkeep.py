"""Upkeep of an installation: migrate, backup, restore, import people. Called by the command line."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.utils.translation import gettext as _
from psycopg import pq

from reconvene.base import secret_key, tenancy
from reconvene.base.commands import CommandFailed
from reconvene.config.checking import ANOTHER_KEY
from reconvene.config.embedded import BINARIES
from reconvene.guides import finding
from reconvene.guides.catalogue import sync_topics
from reconvene.people import directory_command
from reconvene.people.models import Organisation

VARIABLES = {one.keyword.decode(): one.envvar.decode() for one in pq.Conninfo.get_defaults() if one.envvar}
"""What may stand in DATABASE_URL, and how PostgreSQL's programs are told."""
ENCRYPTED = ("require", "verify-ca", "verify-full")
TOO_NEW = {b"SET transaction_timeout = 0;\n"}
"""Lines of our own tools' scripts that servers older than the tools do not know."""
EMPTIED = b"""
DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT oid::regclass AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
        AND relowner = current_user::regrole LOOP
        EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', one.name);
    END LOOP;
    FOR one IN SELECT p.oid::regprocedure AS name FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proowner = current_user::regrole
        AND p.prokind IN ('f', 'p') AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e') LOOP
        EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', one.name);
    END LOOP;
END $$;
"""
"""Takes away what a backup of an older version does not know, and what would hold on to what it replaces."""


def migrate(options: argparse.Namespace | None = None) -> int:
    """Bring the tables, the row-level security, the built-in topics and what finds them to this version. May be repeated."""
    call_command("migrate", verbosity=0, interactive=False)
    secret_key.keep_first()
    if options and options.new_key:
        secret_key.keep()
    sync_topics()
    finding.prepare()
    return 0


def backup(options: argparse.Namespace) -> int:
    """Everything in one file that `reconvene restore` reads. The installation may go on working meanwhile."""
    target: Path = options.file
    partial = target.with_name(target.name + ".part")
    try:
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))  # before anything is in it
        partial.chmod(0o600)
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--enable-row-security", f"--file={partial}")
        partial.rename(target)
    except OSError as problem:
        raise CommandFailed(_("%(file)s cannot be written: %(why)s") % {"file": target, "why": problem.strerror}) from problem
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    words = _("Written to %(file)s (%(size)s MB). It holds confidences: keep it as safe as the server.")
    print(words % {"file": target, "size": f"{target.stat().st_size / 1_000_000:.1f}"})
    return 0


def restore(options: argparse.Namespace) -> int:
    """Replace everything by a backup, also by one of an older version, in one transaction: either all of it or nothing."""
    if not options.file.is_file():
        raise CommandFailed(_("There is no file %(file)s.") % {"file": options.file})
    listing = subprocess.run([str(BINARIES / "pg_restore"), "--list", str(options.file)], capture_output=True, text=True, check=False)
    if listing.returncode or "people_organisation" not in listing.stdout:
        raise CommandFailed(_("%(file)s is not a backup of Reconvene, or it is damaged.") % {"file": options.file})
    if not options.yes and not _agrees():
        raise CommandFailed(_("Nothing was changed. With --yes nobody is asked."))
    connections.close_all()
    with tempfile.TemporaryDirectory() as folder:  # readable by this account only
        script = _script(options.file, Path(folder))
        _run("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", f"--file={script}")
    migrate()
    if secret_key.is_another():
        print(_("Restored. Before you start Reconvene:") + " " + _(ANOTHER_KEY))
    else:
        print(_("Restored. Start Reconvene again."))
    return 0


def _script(backup: Path, folder: Path) -> Path:
    """A backup as one SQL script that PostgreSQL 15 understands too. Raises CommandFailed when the file is damaged."""
    whole, script = folder / "whole.sql", folder / "script.sql"
    command = [str(BINARIES / "pg_restore"), "--clean", "--if-exists", "--no-owner", "--no-privileges", f"--file={whole}", str(backup)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CommandFailed(_("%(file)s is damaged: %(why)s") % {"file": backup, "why": done.stderr.strip()})
    with whole.open("rb") as lines, script.open("wb") as kept:
        kept.write(EMPTIED)
        kept.writelines(line for line in lines if line not in TOO_NEW)
    return script


def _agrees() -> bool:
    """Whether somebody is there to type yes, and does."""
    try:
        return input(_("This replaces everything that is there. Type yes to go on:") + " ") == "yes"
    except EOFError:
        return False


def import_people(options: argparse.Namespace) -> int:
    """Bring in the directory from a file; see people.directory_command."""
    if not options.file.is_file():
        raise CommandFailed(_("There is no file %(file)s.") % {"file": options.file})
    organisation = chosen_organisation(options.organisation)
    chosen = directory_command.Options.from_arguments(options)
    return directory_command.run(options.file, organisation=organisation, options=chosen, out=sys.stdout)


def chosen_organisation(name: str | None) -> Organisation:
    """The organisation of that name, or the only one. Raises CommandFailed when that is not clear."""
    found: list[Organisation] = []
    for organisation in tenancy.every_organisation():
        with tenancy.within(organisation):
            found.append(Organisation.objects.get(id=organisation))
    matching = [organisation for organisation in found if name is None or organisation.name.lower() == name.lower()]
    if len(matching) != 1:
        if not found:
            raise CommandFailed(_("Say which organisation with --organisation. There is: none; run `reconvene setup` first."))
        words = _("Say which organisation with --organisation. There is: %(names)s.")
        raise CommandFailed(words % {"names": ", ".join(organisation.name for organisation in found)})
    return matching[0]


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on our database, reached in every respect as DATABASE_URL says, seeing every organisation."""
    database: dict[str, Any] = settings.DATABASES["default"]
    given = database["OPTIONS"]
    surroundings = {
        **os.environ,
        **{name: str(given[word]) for word, name in VARIABLES.items() if word in given},
        "PGHOST": str(database.get("HOST") or ""),
        "PGPORT": str(database.get("PORT") or ""),
        "PGUSER": str(database.get("USER") or ""),
        "PGPASSWORD": str(database.get("PASSWORD") or ""),
        "PGOPTIONS": f"{given.get('options', '')} -c {tenancy.SETTING}={tenancy.EVERY}".lstrip(),
    }
    file = _file_of(program, is_encrypted=surroundings.get("PGSSLMODE") in ENCRYPTED)
    where = f"--dbname={connection.settings_dict['NAME']}"
    done = subprocess.run([file, where, *arguments], env=surroundings, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CommandFailed(_("PostgreSQL says: %(words)s") % {"words": done.stderr.strip()})


def _file_of(program: str, *, is_encrypted: bool) -> str:
    """The program that comes along, which speaks no TLS; the machine's own where the database asks for that. Raises CommandFailed."""
    if not is_encrypted:
        return str(BINARIES / program)
    own = shutil.which(program)
    if own is None:
        words = _(
            "DATABASE_URL asks for an encrypted connection, and the %(program)s that comes along makes none. Install PostgreSQL's own programs "
            "(Debian: postgresql-client), as new as the server or newer."
        )
        raise CommandFailed(words % {"program": program})
    return own
