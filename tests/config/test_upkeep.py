"""Migrate, back up and restore in real processes: a company is backed up, spoiled, brought back, and goes on playing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from reconvene.base import tenancy
from reconvene.base.row_security import locked_models
from reconvene.challenges.models import Challenge
from reconvene.config.embedded import BINARIES
from reconvene.forming.actions import accept_seat
from reconvene.forming.models import Proposal, Seat
from reconvene.guides.models import Topic
from reconvene.notices import jobs
from reconvene.people.models import Person
from tests import world
from tests.config.installation import KEY, Installation
from tests.forming.queue import propose

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def company(installation: Installation, django_db_blocker: object) -> Installation:
    """Six people in a proposal, one of whom has said yes; a group; another organisation with one person."""
    with django_db_blocker.unblock(), installation.opened():  # type: ignore[attr-defined]  # pytest-django ships no types
        ours, theirs = world.make_organisation("Birchwell"), world.make_organisation("Other")
        with tenancy.within(ours.id):
            Topic.objects.filter(organisation=None, slug="delegating").update(title="Delegating")
            proposal = propose(now=NOW)
            accept_seat(proposal.seats.order_by("number").first(), offers_to_host=True, now=NOW)
            world.make_group(*world.people("kim", "lou", "mia"))
            jobs.send_due(NOW + timedelta(days=1))
        with tenancy.within(theirs.id):
            world.person("gil")
    return installation


def everything(installation: Installation) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of the field, and the jobs that wait."""
    tables = [model._meta.db_table for model in locked_models()]
    rows = {table: installation.ask(f"SELECT * FROM {table} t ORDER BY t::text") for table in tables}
    return {**rows, "jobs": installation.ask("SELECT task_name, args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")}


def spoil(installation: Installation) -> None:
    """Change some rows, delete others, add one."""
    with tenancy_of(installation, "Birchwell"):
        Seat.objects.update(declined_at=NOW)
        Challenge.objects.filter(person__external_id="mia").update(text="Something else altogether")
        world.person("zoe")
    with tenancy_of(installation, "Other"):
        Person.objects.all().delete()


class tenancy_of:  # noqa: N801  # a context manager, named like one
    """Work inside the organisation of that name in the installation's database."""

    def __init__(self, installation: Installation, name: str) -> None:
        ((organisation,),) = installation.ask(f"SELECT id FROM people_organisation WHERE name = '{name}'")
        self.contexts = (installation.opened(), tenancy.within(organisation))

    def __enter__(self) -> None:
        for context in self.contexts:
            context.__enter__()

    def __exit__(self, *error: object) -> None:
        for context in reversed(self.contexts):
            context.__exit__(*error)  # type: ignore[arg-type]


def test_migrating_may_be_repeated(installation: Installation) -> None:
    answer = installation.run("migrate")

    assert (answer.returncode, answer.stderr) == (0, "")
    forced = installation.ask("SELECT count(*) FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
    assert forced == [(len(locked_models()),)]
    topics = installation.ask("SELECT count(*), count(DISTINCT slug) FROM guides_topic WHERE organisation_id IS NULL")
    assert topics[0][0] == topics[0][1] > 10


def test_a_backup_brings_everything_back_and_the_company_goes_on(company: Installation, django_db_blocker: object) -> None:
    file = company.var / "company.backup"
    before = everything(company)
    assert len(before["people_person"]) > 8
    assert before["jobs"]

    done = company.run("backup", str(file))
    assert done.returncode == 0, done.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in company.var.glob("*.part")] == []
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        spoil(company)
    assert everything(company) != before
    done = company.run("restore", str(file), "--yes")

    assert done.returncode == 0, done.stderr
    assert everything(company) == before
    assert company.ask("SELECT count(*) FROM pg_class WHERE relrowsecurity AND relforcerowsecurity") == [(len(locked_models()),)]
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        play_on(company)
    with company.opened(), django_db_blocker.unblock():  # type: ignore[attr-defined]
        assert Person.objects.count() == 0  # outside of any organisation the second lock holds
    assert company.run("check").stdout.count("  ok ") >= 7


def play_on(installation: Installation) -> None:
    """The others say yes; that makes a group, and only in their own organisation."""
    with tenancy_of(installation, "Birchwell"):
        proposal = Proposal.objects.get()
        for seat in proposal.seats.filter(accepted_at=None).order_by("number"):
            accept_seat(seat, offers_to_host=False, now=NOW + timedelta(hours=1))
        proposal.refresh_from_db()
        assert proposal.confirmed_at is not None
        assert proposal.group is not None
        assert proposal.group.memberships.live().count() == 6
    with tenancy_of(installation, "Other"):
        assert [person.name for person in Person.objects.all()] == ["Gil Example"]
        assert Proposal.objects.count() == 0


def test_a_backup_can_be_taken_to_an_empty_database(company: Installation, bare: Installation) -> None:
    file = company.var / "company.backup"
    assert company.run("backup", str(file)).returncode == 0

    done = bare.run("restore", str(file), "--yes", RECONVENE_SECRET_KEY=KEY)

    assert done.returncode == 0, done.stderr
    assert done.stdout == "Restored. Start Reconvene again.\n"
    assert everything(bare) == everything(company)


def test_a_database_made_with_another_secret_key_is_not_served_until_that_is_meant(company: Installation, bare: Installation) -> None:
    file = company.var / "company.backup"
    assert company.run("backup", str(file)).returncode == 0
    bare.more["RECONVENE_SECRET_KEY"] = "k" + "0123456789" * 6

    done = bare.run("restore", str(file), "--yes")

    assert done.returncode == 0, done.stderr
    assert "another secret key" in done.stdout
    assert everything(bare) == everything(company)
    for command in ("serve", "worker"):
        refused = bare.run(command)
        assert (refused.returncode, "another secret key" in refused.stderr, "migrate --new-key" in refused.stderr) == (1, True, True), (
            command
        )
    assert "NO   secret key: The database was made with another" in bare.run("check").stdout
    assert bare.run("migrate").returncode == 0
    assert "NO   secret key" in bare.run("check").stdout, "an upgrade alone does not mean it"
    assert bare.run("migrate", "--new-key").returncode == 0
    assert "ok   secret key" in bare.run("check").stdout


def test_a_backup_of_an_older_version_replaces_a_newer_one(company: Installation, django_db_blocker: object) -> None:
    file = company.var / "company.backup"
    assert company.run("backup", str(file)).returncode == 0
    before = everything(company)
    with company.opened(), django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("CREATE TABLE rollout_newer (id uuid PRIMARY KEY, project_id uuid REFERENCES rollout_project (id))")
        cursor.execute("CREATE FUNCTION newer(one rollout_project) RETURNS int LANGUAGE sql AS 'SELECT 1'")

    done = company.run("restore", str(file), "--yes")

    assert done.returncode == 0, done.stderr
    assert everything(company) == before
    assert company.ask("SELECT to_regclass('rollout_newer'), to_regproc('newer')") == [(None, None)]


@pytest.fixture
def encrypted(company: Installation) -> Installation:
    """Its DATABASE_URL asks for TLS, which goes without saying at the socket of the tests' server."""
    asked = "sslmode=verify-full&sslrootcert=/etc/company.pem&options=-c%20work_mem%3D8MB"
    company.url += ("&" if "?" in company.url else "?") + asked
    return company


def test_a_backup_goes_as_encrypted_as_the_database_is_asked_for(encrypted: Installation, tmp_path: Path) -> None:
    own = tmp_path / "bin"  # the machine's own programs, which would speak TLS, looked at over the shoulder
    own.mkdir()
    for name in ("pg_dump", "psql"):
        (own / name).write_text(f'#!/bin/sh\n/usr/bin/env > {own}/{name}.given\nunset PGSSLMODE\nexec {BINARIES / name} "$@"\n')
        (own / name).chmod(0o755)
    file = encrypted.var / "company.backup"

    done = encrypted.run("backup", str(file), PATH=str(own))
    encrypted.run("restore", str(file), "--yes", PATH=str(own))

    assert (done.returncode, file.is_file()) == (0, True), done.stderr
    for name in ("pg_dump", "psql"):
        given = dict(line.split("=", 1) for line in (own / f"{name}.given").read_text().splitlines() if line.startswith("PG"))
        assert (given["PGSSLMODE"], given["PGSSLROOTCERT"]) == ("verify-full", "/etc/company.pem")
        assert given["PGOPTIONS"] == "-c work_mem=8MB -c reconvene.organisation=*"


def test_without_programs_that_speak_tls_nothing_is_sent_in_plain_words(encrypted: Installation, tmp_path: Path) -> None:
    file = encrypted.var / "company.backup"

    done = encrypted.run("backup", str(file), PATH=str(tmp_path))

    assert (done.returncode, file.exists()) == (1, False)
    assert "DATABASE_URL asks for an encrypted connection" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_backup_that_fails_leaves_no_part_of_it(company: Installation) -> None:
    folder = company.var / "full"
    folder.mkdir()
    (folder / "taken.part").mkdir()  # what is to be written cannot be

    done = company.run("backup", str(folder / "taken"))

    assert done.returncode == 1 and "cannot be written" in done.stderr and "Traceback" not in done.stderr
    assert [path.name for path in folder.iterdir()] == ["taken.part"]


def test_a_damaged_backup_is_refused_and_nothing_is_changed(company: Installation) -> None:
    file = company.var / "company.backup"
    assert company.run("backup", str(file)).returncode == 0
    whole = file.read_bytes()
    before = everything(company)

    for damaged in (whole[:-300], b"PK\x03\x04" + b"x" * 4000, b"PGDMP" + whole[5:40]):
        file.write_bytes(damaged)
        done = company.run("restore", str(file), "--yes")
        assert done.returncode == 1
        assert done.stderr.count("\n") <= 3, done.stderr
        assert "Traceback" not in done.stderr
    missing = company.run("restore", str(company.var / "none"), "--yes")

    assert (missing.returncode, "There is no file" in missing.stderr) == (1, True)
    assert everything(company) == before


def test_restoring_asks_first_and_no_answer_means_no(company: Installation) -> None:
    file = company.var / "company.backup"
    assert company.run("backup", str(file)).returncode == 0
    before = everything(company)

    done = company.run("restore", str(file))

    assert done.returncode == 1
    assert "Nothing was changed." in done.stderr
    assert everything(company) == before


def test_a_backup_that_cannot_be_written_leaves_the_old_one(company: Installation, tmp_path: Path) -> None:
    done = company.run("backup", str(tmp_path / "no" / "such" / "folder" / "file"))

    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_people_are_imported_into_the_organisation_that_is_named(company: Installation) -> None:
    source = Path(__file__).resolve().parents[1] / "data" / "hr" / "bamboohr.csv"

    unclear = company.run("import-people", str(source))
    missing = company.run("import-people", str(source.with_name("none.csv")))

    assert (unclear.returncode, missing.returncode) == (1, 1)
    assert "Say which organisation with --organisation. There is:" in unclear.stderr
    assert "There is no file" in missing.stderr
