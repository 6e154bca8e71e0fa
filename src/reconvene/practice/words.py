"""What the answers of a check-in are called, and what is made of a member's own words for that member: report lines, a draft for their boss."""

from django.utils.translation import gettext_lazy as _

from reconvene.practice.models import CheckIn, Plan
from reconvene.practice.rules import CameUp, DecidedBy, DidIt, ReportDraft, Times

CAME_UP = [(CameUp.NO, _("No")), (CameUp.ONCE, _("Once")), (CameUp.MORE, _("More often"))]
DID_IT = [(DidIt.FULLY, _("Fully")), (DidIt.PARTLY, _("Partly")), (DidIt.NOT, _("Not")), (DidIt.SWAPPED, _("Swapped"))]
TIMES = [(Times.NEVER, _("Not yet")), (Times.ONCE, _("Once")), (Times.FEW, _("2 or 3 times")), (Times.OFTEN, _("4 times or more"))]
DECIDED_BY = [
    (DecidedBy.MOMENT_CAME, _("The moment came")),
    (DecidedBy.REMEMBERED, _("I remembered")),
    (DecidedBy.FELT_ABLE, _("I felt able")),
    (DecidedBy.NO_TIME, _("No time")),
    (DecidedBy.WRONG_OCCASION, _("Wrong occasion")),
    (DecidedBy.SOMEONE_ABOVE, _("Someone above me")),
    (DecidedBy.NO_LONGER_MATTERS, _("It no longer matters")),
    (DecidedBy.OTHER, _("Something else")),
]


def did_on(check: CheckIn) -> str:
    """What a check-in says about doing it, as a line of the report: "Day 7: partly. What decided it: I remembered"."""
    facts = {"day": check.day, "did": str(dict(DID_IT)[DidIt(check.did_it)]).lower()}
    line = _("Day %(day)s: %(did)s.") % facts
    if not check.decided_by:
        return line
    return f"{line} " + _("What decided it: %(what)s") % {"what": dict(DECIDED_BY)[DecidedBy(check.decided_by)]}


def draft_for_boss(plan: Plan, report: ReportDraft) -> str:
    """A few lines that a member may change and pass on: from their plan and report alone, without the obstacle or the private notes."""
    line = {"cue": plan.if_cue, "action": plan.then_action}
    parts = [
        _("I am trying something out in these four weeks and would like you to know about it."),
        _("What I want: %(want)s") % {"want": plan.want} if plan.want else "",
        _("My plan: if %(cue)s, then I %(action)s") % line,
        _("I will notice that it works by: %(sign)s") % {"sign": plan.sign} if plan.sign else "",
        _("What I did so far: %(did)s") % {"did": report.did} if report.did else "",
        _("What happened: %(happened)s") % {"happened": report.happened} if report.happened else "",
        _("You could help me with one thing: an occasion to try it. Do you see one in the next weeks?"),
    ]
    return "\n\n".join(str(part) for part in parts if part)
