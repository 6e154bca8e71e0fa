"""`reconvene messages`: the stop switch on the command line, for one organisation or all."""

import argparse
from datetime import datetime

from django.utils.translation import gettext as _

from reconvene.base import clock, tenancy
from reconvene.base.commands import CommandFailed
from reconvene.config.upkeep import chosen_organisation
from reconvene.notices.actions import let_go, stop
from reconvene.notices.models import current_stop
from reconvene.people.models import Organisation


def run(options: argparse.Namespace) -> int:
    """Do what was asked, then say how things stand, one line for each organisation. Raises CommandFailed for a stop without a reason."""
    if options.what == "stop" and not options.reason.strip():
        raise CommandFailed(_("Say why with --reason; L&D and IT read it."))
    named = [chosen_organisation(options.organisation).id] if options.organisation else tenancy.every_organisation()
    for organisation in named:
        with tenancy.within(organisation):
            _switch(options.what, reason=options.reason.strip()[:200], now=clock.now())
            print(_line(Organisation.objects.get(id=organisation).name))
    return 0


def _switch(what: str, *, reason: str, now: datetime) -> None:
    if what == "stop":
        stop(reason=reason, by=None, now=now)
    elif what == "go":
        let_go(by=None, now=now)


def _line(name: str) -> str:
    stopped = current_stop()
    if stopped is None:
        return _("%(name)s: messages go out.") % {"name": name}
    facts = {"name": name, "since": f"{stopped.stopped_at:%Y-%m-%d %H:%M}", "reason": stopped.reason}
    return _("%(name)s: stopped since %(since)s UTC (%(reason)s).") % facts
