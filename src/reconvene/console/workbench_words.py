"""Words of the workbench: why a move is refused, what would seat somebody, how alike challenges are. None of them is about one person."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REFUSED: dict[str, Promise] = {
    "locked": _("This group is locked."),
    "full": _("Full: no more people fit at this table."),
    "too_few": _("The group they come from would become too small. Swap two people instead, or discard the group."),
    "level": _("The levels would be too far apart for this programme."),
    "site": _("This programme meets on site, and the sites differ."),
    "rules": _("The rules on who may sit together do not allow it."),
}
"""Why a move is not possible."""

NOT_DONE: dict[str, Promise] = {
    **REFUSED,
    "busy": _("Groups are being formed just now. Nothing has changed; try again in a moment."),
    "changed": _("Somebody else changed these groups meanwhile. Nothing of theirs or yours is lost: here is how it stands now. Look again, and repeat what you still want."),
    "gone": _("This person cannot be seated any more: withdrawn, seated elsewhere, or no longer here. Nothing else has changed."),
    "same": _("They sit there already."),
    "broken": _("This group cannot go out as it is: somebody is no longer there, or the rules on who may sit together have come to forbid it. Move somebody, seat the rest anew, or discard it."),
}  # fmt: skip

WOULD_SEAT: dict[str, Promise] = {
    "level": _("People on this topic are further apart in level than the programme allows. A wider range would seat them."),
    "site": _("People on this topic work at other sites. A programme that is not on site would seat them."),
    "topic": _("Too few with a challenge like theirs so far. More people would seat them."),
    "fit": _("A seat is possible, but no table gained by it. You can move them."),
    "rules": _("No table within the rules on who may sit together. More people, or more free times, would help."),
}

ALIKE: dict[int, Promise] = {
    1: _("Challenges hardly alike"),
    2: _("Challenges a little alike"),
    3: _("Challenges fairly alike"),
    4: _("Challenges alike"),
    5: _("Challenges very alike"),
}
