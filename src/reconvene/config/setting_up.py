"""`reconvene setup`: the settings file, the tables, the first organisation and its first administrator. May be repeated, also unattended."""

import argparse
import importlib
import os
import secrets
import smtplib
import sys
from datetime import UTC, datetime
from pathlib import Path

from reconvene.base.commands import CommandFailed
from reconvene.base.translation import gettext as _
from reconvene.config import cli, environment


def run(options: argparse.Namespace) -> int:
    """Write var/settings.env, then make or update the organisation. Asks for what is missing when someone is there to answer."""
    _refuse(options)
    cli.read_settings_file()
    path = environment.var_folder() / environment.SETTINGS_FILE
    write_settings(path, options)
    cli.read_settings_file()
    cli.start(needs="database")
    organisation = _answer(options.organisation, _("Name of the organisation"))
    name = _answer(options.admin_name, _("Name of the first administrator"))
    email = _answer(options.admin_email, _("Their mail address"))
    first = importlib.import_module("reconvene.config.first_people")
    print(first.make(organisation=organisation, name=name, email=email, options=options, now=datetime.now(UTC)))
    if options.test_mail:
        _send_test(email)
    print(_("Settings are in %(path)s. Next: reconvene check, then reconvene serve.") % {"path": path})
    return 0


def _refuse(options: argparse.Namespace) -> None:
    """Nothing that cannot be right gets into the settings file. Raises UnsafeSettings."""
    if options.mail_url:
        environment.mail(options.mail_url)
    if options.mail_from:
        environment.sender(options.mail_from)
    if options.origin:
        environment.refuse_unsafe_origin(options.origin)


def write_settings(path: Path, options: argparse.Namespace) -> None:
    """Keep what is there, take over what was given, and make a secret key once. Readable by the owner only."""
    given = {"RECONVENE_ORIGIN": options.origin, "RECONVENE_MAIL_URL": options.mail_url, "RECONVENE_MAIL_FROM": options.mail_from}
    kept, wanted = environment.written(path), {key: value for key, value in given.items() if value}
    os.environ.update(wanted)
    if not os.environ.get("RECONVENE_SECRET_KEY"):
        wanted["RECONVENE_SECRET_KEY"] = kept.get("RECONVENE_SECRET_KEY") or secrets.token_urlsafe(64)
    lines = path.read_text().splitlines() if path.exists() else []
    lines = [f"{name}={wanted[name]}" if (name := line.partition("=")[0].strip()) in wanted else line for line in lines]
    lines += [f"{name}={value}" for name, value in sorted(wanted.items()) if name not in kept]
    path = path.resolve()  # where it is a link to one elsewhere, that one is written
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        os.fchmod(handle, 0o600)  # also when somebody made the file before
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        os.fsync(handle)
    new.rename(path)  # only now, whole: on a full disk the one that is there, with the only copy of the key, stays as it is


def _answer(given: str | None, question: str) -> str:
    if given:
        return given
    if not sys.stdin.isatty():
        raise CommandFailed(_("%(question)s: give it as an option; see `reconvene setup --help`.") % {"question": question})
    answer = input(f"{question}: ").strip()
    return answer or _answer(None, question)


def _send_test(email: str) -> None:
    mail = importlib.import_module("django.core.mail")
    try:
        text = _("This message was asked for by `reconvene setup --test-mail`.")
        mail.send_mail(_("Reconvene can send mail"), text, None, [email])
    except (OSError, smtplib.SMTPException) as error:
        raise CommandFailed(_("The test message was not sent: %(why)s. Check --mail-url.") % {"why": error}) from error
    print(_("A test message is on its way to %(email)s.") % {"email": email})
