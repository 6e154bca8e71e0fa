"""`reconvene check` against sound and unsound installations: what it says about each, and its exit code."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from reconvene.config import environment
from reconvene.config.checking import QUESTIONS
from reconvene.config.embedded import OWNER, Embedded
from tests.config.installation import KEY, Installation, free_port, mail_server, wait_until
from tests.databases import own_database
from tests.notices.mailbox_server import mailbox_server


def answers(installation: Installation) -> tuple[int, dict[str, tuple[bool, str]]]:
    """The exit code, and for each question whether it was answered well and in which words."""
    done = installation.run("check")
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith(("  ok   ", "  NO   "))]
    split = [(line[7:].partition(": ")[0], line.startswith("  ok"), line.partition(": ")[2]) for line in lines]
    found = {question: (is_well, words) for question, is_well, words in split}
    assert list(found) == list(QUESTIONS)
    return done.returncode, found


@pytest.fixture
def superuser_url(tmp_path: Path) -> Iterator[str]:
    """A database whose role is the server's owner: a server of its own, because nobody else's superuser is ours."""
    embedded = Embedded(tmp_path / "postgres", durable=False)
    embedded.start()
    password = (embedded.folder / f"{OWNER}.password").read_text()
    yield f"postgresql://{OWNER}:{quote(password)}@/reconvene?host={quote(str(embedded.sockets), safe='')}"
    embedded.stop()


def test_a_sound_installation_is_called_sound(installation: Installation) -> None:
    with mail_server() as (url, _), installation.serving():
        installation.more["RECONVENE_MAIL_URL"] = url
        assert wait_until(lambda: answers(installation)[1]["worker"][0]), "on a busy machine the worker comes after the pages"
        code, found = answers(installation)

    assert {question: words for question, (is_well, words) in found.items() if not is_well} == {}
    assert code == 0


def test_a_misspelt_setting_is_noticed_with_the_one_that_may_be_meant(installation: Installation) -> None:
    (installation.var / environment.SETTINGS_FILE).write_text("# DATABASE_OLD=1\nDATABASE_ULR=postgresql://x\n")

    said = installation.run("check", RECONVENE_PROXYS="1").stdout

    assert "NO   settings: Not a setting: DATABASE_ULR (DATABASE_URL?), RECONVENE_PROXYS (RECONVENE_PROXIES?)." in said


def test_without_a_worker_and_a_mail_server_it_says_both(installation: Installation) -> None:
    installation.more["RECONVENE_MAIL_URL"] = f"smtp://127.0.0.1:{free_port()}"

    code, found = answers(installation)

    assert code == 1
    assert [question for question, (is_well, _) in found.items() if not is_well] == ["mail", "worker"]
    assert "Check RECONVENE_MAIL_URL." in found["mail"][1]
    assert found["worker"][1].startswith("No worker has been seen")


def test_the_mailbox_is_opened_when_one_is_given(installation: Installation) -> None:
    assert answers(installation)[1]["mailbox"] == (True, "none is given, so nothing that comes back is read")

    with mailbox_server() as box:
        installation.more["RECONVENE_MAILBOX_URL"] = box.address
        assert answers(installation)[1]["mailbox"] == (True, "localhost can be opened")
        installation.more["RECONVENE_MAILBOX_URL"] = box.address.replace("not%20a%20secret", "no-longer")
        is_well, words = answers(installation)[1]["mailbox"]

    assert not is_well
    assert words.startswith("The mailbox at localhost cannot be opened (")
    assert words.endswith("). Check RECONVENE_MAILBOX_URL.")
    assert "no-longer" not in words


def test_a_role_that_walks_through_the_second_lock_is_named(tmp_path: Path, superuser_url: str) -> None:
    installation = Installation(tmp_path, superuser_url, {"RECONVENE_SECRET_KEY": KEY})

    code, found = answers(installation)

    assert code == 1
    assert found["role"][0] is False
    assert "NOSUPERUSER NOBYPASSRLS" in found["role"][1]


def test_an_older_database_and_an_open_lock_are_noticed(installation: Installation) -> None:
    with psycopg.connect(installation.url, autocommit=True) as own:
        own.execute("ALTER TABLE people_person NO FORCE ROW LEVEL SECURITY")
        own.execute("DELETE FROM django_migrations WHERE app = 'surveys'")

    code, found = answers(installation)

    assert code == 1
    assert found["organisations"] == (False, "Not locked: people_person. Run `reconvene migrate`.")
    assert found["tables"] == (False, "The database is older than the program. Run `reconvene migrate`.")


def test_a_database_that_was_never_prepared_gets_answers_and_no_crash(tmp_path: Path) -> None:
    with own_database(f"raw_{os.getpid()}") as url:
        code, found = answers(Installation(tmp_path, url, {"RECONVENE_SECRET_KEY": KEY}))

    assert code == 1
    assert found["database"][0] is True
    assert found["tables"] == (False, "The database is older than the program. Run `reconvene migrate`.")
    assert found["organisations"][0] is False
    assert found["worker"] == found["tables"]
