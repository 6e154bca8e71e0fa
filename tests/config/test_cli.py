"""The command line in real processes: help, exit codes, setting up from nothing."""

import argparse
import re
import resource
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from reconvene.base import tenancy
from reconvene.config import cli, environment
from reconvene.config.setting_up import write_settings
from reconvene.surveys.actions import answer
from reconvene.surveys.rules import Moment
from tests import world
from tests.config.installation import KEY, ROOT, SETUP, Installation, free_port, mail_server


@pytest.mark.parametrize("command", [command.name for command in cli.COMMANDS])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])

    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: reconvene {command}")


def test_help_names_every_command_and_needs_no_settings(tmp_path: Path) -> None:
    done = Installation(tmp_path).run("--help")

    assert (done.returncode, done.stderr) == (0, "")
    assert [command.name for command in cli.COMMANDS if not re.search(rf"^ +{command.name}\s", done.stdout, re.MULTILINE)] == []


@pytest.mark.parametrize(
    "arguments",
    [(), ("tidy-up",), ("backup",), ("serve", "--port", "eighty"), ("serve", "--port", "80000"), ("match", "--people", "people.csv")],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_says_what_is_wrong(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)

    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_setup_makes_an_installation_from_nothing_and_may_be_repeated(bare: Installation) -> None:
    first = bare.run(*SETUP, "--origin", "https://reconvene.example")
    kept = (bare.var / environment.SETTINGS_FILE).read_text()
    again = bare.run(*SETUP)

    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert "Aldermoor is ready; Ada Example administers it" in first.stdout
    assert "Ada Example was there already" in again.stdout
    assert (bare.var / environment.SETTINGS_FILE).read_text() == kept
    assert stat.S_IMODE((bare.var / environment.SETTINGS_FILE).stat().st_mode) == 0o600
    assert "RECONVENE_ORIGIN=https://reconvene.example\n" in kept
    assert re.search(r"^RECONVENE_SECRET_KEY=\S{80,}$", kept, re.MULTILINE)
    assert bare.ask("SELECT name FROM people_organisation") == [("Aldermoor",)]
    assert bare.ask("SELECT email, roles FROM people_person") == [("ada@aldermoor.example", ["admin", "learning"])]


def test_whom_setup_lets_administer_later_is_written_down(installation: Installation) -> None:
    log = (
        "SELECT p.email, c.was, c.roles, c.by_id FROM people_rolechange c JOIN people_person p ON p.id = c.person_id ORDER BY c.changed_at"
    )
    second = installation.run("setup", "--organisation", "Aldermoor", "--admin-name", "Ben", "--admin-email", "ben@aldermoor.example")
    again = installation.run("setup", "--organisation", "Aldermoor", "--admin-name", "Ben", "--admin-email", "ben@aldermoor.example")

    assert (second.returncode, again.returncode) == (0, 0), second.stderr + again.stderr
    assert installation.ask(log) == [("ben@aldermoor.example", [], ["admin", "learning"], None)]

    installation.ask("UPDATE people_person SET roles = '{sponsor}' WHERE email = 'ben@aldermoor.example' RETURNING id")
    assert (
        installation.run("setup", "--organisation", "Aldermoor", "--admin-name", "Ben", "--admin-email", "ben@aldermoor.example").returncode
        == 0
    )
    assert installation.ask(log)[1:] == [("ben@aldermoor.example", ["sponsor"], ["admin", "sponsor"], None)]

    installation.ask("UPDATE people_person SET roles = '{council}' WHERE email = 'ben@aldermoor.example' RETURNING id")
    refused = installation.run("setup", "--organisation", "Aldermoor", "--admin-name", "Ben", "--admin-email", "ben@aldermoor.example")
    assert refused.returncode == 1 and "cannot administer, too" in refused.stderr


def test_a_settings_file_of_ones_own_keeps_its_lines_and_becomes_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECONVENE_ORIGIN", "")  # which is set for the rest of the command, and not for the tests after this one
    file = tmp_path / "settings.env"
    file.write_text("# the proxy is on this machine = no\nRECONVENE_PROXIES=1\n\nRECONVENE_ORIGIN=https://old.example\n")
    file.chmod(0o644)

    write_settings(file, argparse.Namespace(origin="https://new.example", mail_url=None, mail_from=None))

    kept = file.read_text()
    assert kept.startswith("# the proxy is on this machine = no\nRECONVENE_PROXIES=1\n\nRECONVENE_ORIGIN=https://new.example\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_on_a_full_disk_setup_leaves_the_settings_with_the_only_copy_of_the_key_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECONVENE_ORIGIN", "")
    elsewhere, file = tmp_path / "etc-reconvene.env", tmp_path / "settings.env"
    kept = f"RECONVENE_SECRET_KEY={KEY}\nRECONVENE_ORIGIN=https://old.example\n"
    elsewhere.write_text(kept)
    file.symlink_to(elsewhere)
    told = argparse.Namespace(origin="https://new.example", mail_url=None, mail_from=None)

    def fill_up() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8, 8))

    write = (
        "import argparse, pathlib, sys; from reconvene.config.setting_up import write_settings; write_settings(pathlib.Path(sys.argv[1]), "
    )
    code = write + "argparse.Namespace(origin='https://new.example', mail_url=None, mail_from=None))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)], cwd=ROOT, preexec_fn=fill_up, capture_output=True, text=True, check=False
    )

    assert "File too large" in done.stderr
    assert elsewhere.read_text() == kept
    write_settings(file, told)
    assert file.is_symlink() and "https://new.example" in elsewhere.read_text()


def test_an_address_of_one_organisation_makes_no_second_one(installation: Installation) -> None:
    done = installation.run("setup", "--organisation", "Second Ltd", "--admin-name", "Fay", "--admin-email", "ada@aldermoor.example")

    assert done.returncode == 1 and "belongs to Aldermoor" in done.stderr
    assert installation.ask("SELECT count(*) FROM people_organisation") == [(1,)]


def test_a_folder_that_cannot_be_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    done = Installation(tmp_path).run("check", RECONVENE_VAR=str(tmp_path / "file" / "var"))

    assert done.returncode == 1
    assert "cannot be used: Not a directory" in done.stderr and "Traceback" not in done.stderr


def test_what_the_database_address_holds_is_not_repeated(tmp_path: Path) -> None:
    key = "k" + "0123456789" * 6
    done = Installation(tmp_path).run("check", DATABASE_URL="postgres:/reconvene:geheim@db/x", RECONVENE_SECRET_KEY=key)

    assert done.returncode == 1 and "DATABASE_URL cannot be read" in done.stderr and "geheim" not in done.stderr + done.stdout


def test_tables_of_an_older_version_are_not_served(bare: Installation, django_db_blocker: object) -> None:
    assert bare.run(*SETUP, "--origin", "https://reconvene.example").returncode == 0
    with bare.opened(), django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("DELETE FROM django_migrations WHERE app = 'guides'")

    for command in ("worker", "serve"):
        done = bare.run(command)
        assert (done.returncode, "older than the program" in done.stderr) == (1, True), done.stderr


def test_a_second_administrator_joins_the_organisation_that_is_there(installation: Installation) -> None:
    done = installation.run("setup", "--organisation", "aldermoor", "--admin-name", "Ann Other", "--admin-email", "ann@aldermoor.example")

    assert done.returncode == 0, done.stderr
    assert installation.ask("SELECT count(*) FROM people_organisation") == [(1,)]
    assert installation.ask("SELECT email FROM people_person ORDER BY 1") == [("ada@aldermoor.example",), ("ann@aldermoor.example",)]


def test_setup_names_the_person_for_help_or_says_what_is_missing(installation: Installation) -> None:
    again = ("setup", "--organisation", "Aldermoor", "--admin-name", "Ada Example", "--admin-email", "ada@aldermoor.example")
    bad = installation.run(*again, "--help-contact", "Ruth Fox")
    good = installation.run(*again, "--help-contact", "Ruth Fox", "--help-reach", "4711", "--help-email", "ADA@aldermoor.example")

    assert bad.returncode == 1
    assert "Say how members reach this person. See --help-contact" in bad.stderr
    assert good.returncode == 0, good.stderr
    assert "Members who need help are pointed to Ruth Fox." in good.stdout
    assert installation.ask("SELECT help_name, help_reach, help_person_id IS NOT NULL FROM people_organisation") == [
        ("Ruth Fox", "4711", True)
    ]


def test_setup_says_in_which_currency_amounts_are_asked_for_until_one_was_named(
    installation: Installation, django_db_blocker: object
) -> None:
    again = ("setup", "--organisation", "Aldermoor", "--admin-name", "Ada Example", "--admin-email", "ada@aldermoor.example")

    done = installation.run(*again, "--currency", "CHF")

    assert done.returncode == 0, done.stderr
    assert "Amounts are asked for in CHF." in done.stdout
    assert installation.ask("SELECT currency FROM people_organisation") == [("CHF",)]
    with django_db_blocker.unblock(), installation.opened():  # type: ignore[attr-defined]  # pytest-django ships no types
        ((organisation,),) = installation.ask("SELECT id FROM people_organisation")
        with tenancy.within(organisation):
            cycle = world.make_group(*world.people("kim", "lou", "mia")).cycles.get()
            answer(cycle, person=world.person("kim"), moment=Moment.TWELVE_WEEKS, answers={"value": "1000"}, now=world.MONDAY)
    refused = installation.run(*again, "--currency", "EUR")
    assert (refused.returncode, "Members have named amounts in CHF already" in refused.stderr) == (1, True)
    assert installation.run(*again).returncode == 0
    assert installation.ask("SELECT currency FROM people_organisation") == [("CHF",)]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (("--admin-email", "ada at home"), "ada at home is not a mail address."),
        (("--time-zone", "Middle/Earth"), "Middle/Earth is not a time zone."),
        (("--mail-url", "mail.example:25"), "RECONVENE_MAIL_URL must look like"),
        (("--mail-url", "smtp://mail.example:many"), "RECONVENE_MAIL_URL must look like"),
        (("--origin", "http://reconvene.example"), "is not https"),
        (("--mail-from", "nonsense"), "RECONVENE_MAIL_FROM must be a mail address"),
        (("--country", "Middleearth"), "Middleearth is not a country."),
        (("--currency", "euros"), "euros is none of the currencies: EUR, USD"),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_setup_refuses_what_cannot_be_right_and_keeps_nothing_of_it(bare: Installation, wrong: tuple[str, str], sentence: str) -> None:
    done = bare.run(*SETUP, *wrong)

    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    path = bare.var / environment.SETTINGS_FILE
    assert wrong[1] not in (path.read_text() if path.exists() else "")
    assert bare.ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_setup_without_answers_says_which_option_is_missing(bare: Installation) -> None:
    done = bare.run("setup", "--organisation", "Aldermoor")

    assert (done.returncode, done.stderr) == (1, "Name of the first administrator: give it as an option; see `reconvene setup --help`.\n")


def test_setup_sends_a_test_message(installation: Installation) -> None:
    with mail_server() as (url, server):
        done = installation.run(*SETUP, "--mail-url", url, "--test-mail")
    away = installation.run(*SETUP, "--mail-url", f"smtp://127.0.0.1:{free_port()}", "--test-mail")

    assert done.returncode == 0, done.stderr
    assert server.to == ["ada@aldermoor.example"]
    assert away.returncode == 1
    assert away.stderr.startswith("The test message was not sent")


def test_a_database_that_does_not_answer_is_said_in_a_sentence(tmp_path: Path) -> None:
    done = Installation(tmp_path, f"postgresql://reconvene:x@127.0.0.1:{free_port()}/reconvene").run(*SETUP)

    assert done.returncode == 1
    assert "database does not answer" in done.stderr
    assert "Traceback" not in done.stderr


def test_messages_are_stopped_and_let_go_from_the_command_line(installation: Installation) -> None:
    without = installation.run("messages", "stop")
    stopped = installation.run("messages", "stop", "--reason", "Wrong dates", "--organisation", "aldermoor")
    again = installation.run("messages", "go")

    assert (without.returncode, without.stderr) == (1, "Say why with --reason; L&D and IT read it.\n")
    assert re.fullmatch(r"Aldermoor: stopped since \S+ \S+ UTC \(Wrong dates\)\.\n", stopped.stdout), stopped.stderr
    assert again.stdout == "Aldermoor: messages go out.\n"
    assert installation.ask("SELECT reason, ended_at IS NOT NULL FROM notices_stop") == [("Wrong dates", True)]
