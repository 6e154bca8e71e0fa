"""Words of the programme pages: kinds, stages, what a rule may be."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reconvene.groups.rules import ProgrammeKind

KINDS: dict[str, tuple[Promise, Promise]] = {
    ProgrammeKind.ROLLING: (_("As people come"), _("Groups form as soon as enough people fit.")),
    ProgrammeKind.WAVE: (_("Wave"), _("Groups form when the sign-up ends.")),
    ProgrammeKind.PILOT: (_("Pilot with a waiting half"), _("Half begin when the sign-up ends, half when the first have reconvened. Chance decides.")),
    ProgrammeKind.COURSE: (_("Attached to a course"), _("Groups form among those on your list when the sign-up ends.")),
    ProgrammeKind.ONBOARDING: (_("New managers"), _("Whoever newly comes into the audience is invited by themselves.")),
}  # fmt: skip
"""A word and a sentence for each kind."""

STAGES: dict[str, Promise] = {
    "ahead": _("begins later"),
    "sign_up": _("sign-up open"),
    "running": _("running"),
    "waiting_half": _("first half under way"),
    "ended": _("ended"),
}

EMPHASES: tuple[tuple[str, Promise], ...] = (
    ("balanced", _("Balanced: like challenges, different functions, new faces")),
    ("challenge", _("Like challenges first")),
    ("mixing", _("Different functions and new faces first")),
    ("waiting", _("A short wait first")),
)

UNKNOWN_ROWS: dict[str, Promise] = {
    "unknown": _("Nobody in the directory has this address or number."),
    "left": _("Has left, or has no mail address, so cannot be invited."),
    "empty": _("Neither an address nor a number stands in this row."),
    "twice": _("Stands in the list twice."),
}

CANNOT_START: dict[str, Promise] = {
    "empty_audience": _("Nobody in the directory fits this audience. Choose other functions, sites or levels, or none of them for everybody."),
    "too_few": _("Fewer people fit this audience than one group needs. Widen it."),
    "one_group": _("Everybody who fits would sit in one group, so nobody could wait. A pilot with a waiting half needs people for two groups; choose a wave, or widen the audience."),
}  # fmt: skip
