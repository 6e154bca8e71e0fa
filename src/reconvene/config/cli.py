"""The command line `reconvene`: one parser, one line per command. Sets up the database and Django, then hands over.

Exit codes: 0 done, 1 could not be done (a sentence says why), 2 wrong usage, 130 interrupted.
"""

import argparse
import atexit
import gc
import importlib
import os
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import django
from django.db import OperationalError
from psycopg_pool import PoolTimeout

from reconvene.base.commands import CommandFailed
from reconvene.base.translation import gettext as _
from reconvene.config import environment
from reconvene.config.embedded import Embedded, EmbeddedError
from reconvene.people.directory.arguments import add_arguments

LAST_PORT = 65_535


@dataclass(frozen=True)
class Command:
    """One subcommand: `run` is "module:function" and is imported only when it is called; `needs` is nothing, django or database."""

    name: str
    help: str
    run: str
    needs: str = "database"
    arguments: Callable[[argparse.ArgumentParser], None] | None = None


def _port(text: str) -> int:
    """Raises argparse.ArgumentTypeError for what is no port; a larger number would be cut off, and another port listened on."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= LAST_PORT:
        raise argparse.ArgumentTypeError(_("%(text)s is not a port: 1 to %(last)s") % {"text": text, "last": LAST_PORT})
    return int(text)


def _serve_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help=_("address to listen on (default: %(default)s, for a proxy on this machine)"))
    parser.add_argument("--port", type=_port, default=8000, help=_("default: %(default)s"))


def _serve_only(parser: argparse.ArgumentParser) -> None:
    _serve_arguments(parser)
    parser.add_argument("--web-only", action="store_true", help=_("start no worker; run `reconvene worker` elsewhere"))


def _worker(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kept", action="store_true", help=argparse.SUPPRESS)


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, default=8000, help=_("default: %(default)s"))
    parser.add_argument("--reset", action="store_true", help=_("throw the sample company away and make it afresh"))


def _setup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--organisation", help=_("name of the organisation"))
    parser.add_argument("--admin-name", help=_("the first administrator's name"))
    parser.add_argument("--admin-email", help=_("the first administrator's mail address"))
    parser.add_argument("--origin", help=_("address people will use, like https://reconvene.example"))
    parser.add_argument("--mail-url", help=_("mail server, like smtp+tls://user:password@mail.example:587"))
    parser.add_argument("--mail-from", help=_("sender of all messages"))
    parser.add_argument("--time-zone", default="UTC", help=_("default: %(default)s"))
    parser.add_argument("--country", default="", help=_("for public holidays: DE, or DE-BY for a region"))
    parser.add_argument(
        "--currency", default="", help=_("in which members say what something is worth (default: EUR), while nobody has said so yet")
    )
    parser.add_argument("--help-contact", help=_("who is there for members who need help; never L&D unless you name them"))
    parser.add_argument("--help-reach", default="", help=_("how to reach them, as members read it: a telephone number, an address, a room"))
    parser.add_argument("--help-hours", default="", help=_("when they can be reached"))
    parser.add_argument("--help-email", default="", help=_("their mail address in the directory, for members who want to be contacted"))
    parser.add_argument("--test-mail", action="store_true", help=_("send a test message to the administrator"))


def _migrate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--new-key", action="store_true", help=_("go on with another secret key, the one with which the database was made being lost")
    )


def _backup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help=_("where to write it"))


def _restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help=_("a file made by `reconvene backup`"))
    parser.add_argument("--yes", action="store_true", help=_("replace what is there without asking"))


def _import(parser: argparse.ArgumentParser) -> None:
    add_arguments(parser)
    parser.add_argument("--organisation", help=_("name of the organisation, when there is more than one"))


def _messages(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("state", "stop", "go"), help=_("say how things stand, let no message leave, or let them go again"))
    parser.add_argument("--organisation", help=_("name of the organisation (default: all)"))
    parser.add_argument("--reason", default="", help=_("why they are stopped; L&D and IT read it"))


def _guides(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("check", "sources"), help=_("say what is to be mended, or print the list of all sources"))
    parser.add_argument(
        "paths", nargs="*", type=Path, help=_("a folder laid out like guides/, or single guides (default: the library in use)")
    )


def _match(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--people", type=Path, required=True, help=_("CSV or XLSX of people, as for import-people"))
    parser.add_argument("--challenges", type=Path, required=True, help=_("CSV with the columns person, text and, if known, topic"))
    parser.add_argument("--availability", type=Path, help=_("folder with one iCalendar file per person, named by their id or mail address"))
    parser.add_argument("--out", type=Path, required=True, help=_("where the groups are written (CSV)"))
    parser.add_argument("--mapping", type=Path, help=_("a saved column mapping (JSON)"))

    parser.add_argument("--seed", type=int, default=1, help=_("same files and seed give the same groups (default: %(default)s)"))
    parser.add_argument("--start", help=_("first day that sessions may lie on (YYYY-MM-DD; default: tomorrow)"))
    parser.add_argument("--explain", action="store_true", help=_("print the groups readably as well"))


# The commands are built before Django is there, so what `--help` says stays English.
COMMANDS = (
    Command("demo", _("a sample company to play with, on this machine only"), "reconvene.demo.command:run", "nothing", _demo),
    Command("serve", _("web pages and worker in one"), "reconvene.config.serving:serve", arguments=_serve_only),
    Command("worker", _("background work only, for more machines"), "reconvene.config.serving:worker", arguments=_worker),
    Command(
        "setup",
        _("first organisation, first administrator, settings; may be repeated"),
        "reconvene.config.setting_up:run",
        "nothing",
        _setup,
    ),
    Command("migrate", _("bring the database to this version"), "reconvene.config.upkeep:migrate", arguments=_migrate),
    Command("backup", _("write everything into one file"), "reconvene.config.upkeep:backup", arguments=_backup),
    Command("restore", _("replace everything by a backup"), "reconvene.config.upkeep:restore", arguments=_restore),
    Command("import-people", _("bring in the directory from a file"), "reconvene.config.upkeep:import_people", arguments=_import),
    Command("messages", _("stop outgoing messages, or let them go"), "reconvene.config.messages:run", arguments=_messages),
    Command("match", _("form groups from files, without a database"), "reconvene.forming.headless:run", "django", _match),
    Command("guides", _("check guides that were written, or list what they rest on"), "reconvene.guides.checking:run", "django", _guides),
    Command("check", _("is this installation sound?"), "reconvene.config.checking:run"),
)


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="reconvene", description=_("Peer learning groups for managers."), epilog=_("Settings: docs/operations/settings.md")
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    for command in COMMANDS:
        sub = commands.add_parser(command.name, help=command.help, description=command.help[0].upper() + command.help[1:] + ".")
        if command.arguments:
            command.arguments(sub)
    return top


def start(*, needs: str) -> None:
    """Bring up what a command needs: settings from var/settings.env, the embedded database if no other is named, Django."""
    if needs == "nothing":
        return
    read_settings_file()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reconvene.config.settings")
    if needs == "database" and not os.environ.get("DATABASE_URL"):
        embedded = Embedded(environment.var_folder() / "postgres")
        os.environ["DATABASE_URL"] = embedded.start()
        atexit.register(embedded.stop)
        threading.Thread(target=embedded.keep_alive, daemon=True).start()
    if needs == "django":
        os.environ.setdefault("RECONVENE_TESTING", "1")  # no request is served, so no key is needed
    gc.disable()  # what hundreds of modules make, stays: to search it for rubbish meanwhile would be a third of the start
    django.setup()
    gc.freeze()
    gc.enable()


def read_settings_file() -> None:
    """Take settings from var/settings.env that the environment does not have already."""
    for name, value in environment.written(environment.var_folder() / environment.SETTINGS_FILE).items():
        if not environment.unknown([name]):
            os.environ.setdefault(name, value)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    options = parser().parse_args(arguments)
    command = next(command for command in COMMANDS if command.name == options.command)
    try:
        start(needs=command.needs)
        module, function = command.run.split(":")
        return int(getattr(importlib.import_module(module), function)(options) or 0)
    except (CommandFailed, EmbeddedError, environment.UnsafeSettings) as failure:
        print(failure, file=sys.stderr)
        return 1
    except (OperationalError, PoolTimeout) as failure:
        print(_("The database does not answer: %(why)s. Check DATABASE_URL.") % {"why": failure}, file=sys.stderr)
        return 1
    except (PermissionError, NotADirectoryError, FileExistsError, FileNotFoundError) as failure:
        words = _("%(file)s cannot be used: %(why)s. May this account write into %(var)s?")
        print(words % {"file": failure.filename, "why": failure.strerror, "var": environment.var_folder()}, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
