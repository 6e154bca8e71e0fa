"""The words of the console's figures: titles by key, lines of meaning, marks fixed beforehand; and of its messages."""

from django.utils.translation import gettext_lazy as _

STAGES = {
    "raised": _("Raised a challenge or was asked"),
    "has_group": _("Has a group"),
    "first_held": _("First session held"),
    "reconvened": _("Reconvened"),
    "settled": _("Settled"),
}
SHARES = {
    "attended": _("Were there, of the seats in sessions held"),
    "occasion_came": _("The situation came up"),
    "tried_once": _("Tried the plan at least once"),
    "used_often": _("Used it four times or more"),
    "plan_changed": _("Shrank or swapped the plan half-way"),
    "knows_when": _("Left knowing when to try it"),
    "again": _("Would start another cycle"),
    "still_doing": _("Still doing it after twelve weeks"),
    "measure_moved": _("A measure has moved, by their own account"),
}
"""In the order in which they are shown."""
MARKS = {"attended": (80, 65), "tried_once": (65, 45), "again": (60, 40), "still_doing": (40, 25)}
"""Per cent from which a programme usually goes on as it is, and below which it stops (method 5.3). A gate may have other lines."""
AIM_DAYS = 10
PROMISE = {
    "within_half": _("within half the promised time"),
    "within_promise": _("within the promised time"),
    "within_twice": _("within twice the promised time"),
}
"""How the time to the first session spreads, against what each programme promises."""
TRUST = {
    "openly": _("Could speak openly, mean of 0 to 10"),
    "usable": _("Leave with something to use, mean of 0 to 10"),
    "messages_per_week": _("Messages per person and week; two at most"),
}
RESULTS = {
    "need": _("In the way before the first session, mean of 0 to 10"),
    "eased": _("Less in the way at the reconvene, in points"),
    "surer": _("Surer than they were, looking back, in points"),
    "hours_saved": _("Hours saved by the reconvene, own account, mean"),
    "benefit": _("Benefit of the first year, own estimates times share due times confidence"),
}
"""What came of it, in the order of the outcome chain (method 4.2)."""
MEANINGS = {
    "attended": _("When few come, the dates or the seats are wrong."),
    "occasion_came": _("Where it does not come up, a plan cannot be tried: choose cues that come every week."),
    "tried_once": _("The step from the room to the job; the rest rests on it."),
    "used_often": _("A habit begins about here."),
    "plan_changed": _("Changing a plan half-way is how it is meant, not a failure."),
    "knows_when": _("Whoever knows when tries more often."),
    "again": _("What they would say to a colleague, at the price of their own time."),
    "still_doing": _("What lasts; by their own account, of those who still answer."),
    "measure_moved": _("Soft evidence: they say so themselves, and other things move it, too."),
    "openly": _("What the rest stands on. From 7.5 on it is as open as it should be; below 6 something is in the way."),
    "usable": _("From 7.5 on the session was worth their time; below 6 it was not."),
    "need": _("How much is at stake when people join: the higher, the more peer groups meet real need."),
    "eased": _("People join when it hurts, so this falls by itself (regression to the mean): no proof without those who waited."),
    "surer": _("Both are asked afterwards, so nobody has changed the scale in between; being kind about it is still possible."),
    "hours_saved": _("Few count their hours: read the interval."),
}
"""What a share or a mean says, in one sentence."""
MISSING = {
    "occasion": _("A suitable occasion"),
    "time": _("Time"),
    "backing": _("The boss’s backing"),
    "skill": _("Skill"),
    "fit": _("The idea did not fit"),
    "other": _("Something else"),
}
CONTRASTS = {
    "contrast_in_the_way": _("Challenge less in the way, in points more than for those who waited"),
    "contrast_sure": _("Surer to handle it, in points more than those who waited"),
}
"""Those who took part in a pilot beside those who waited for their turn."""
PROGRAMME = "programme"
ATTRIBUTES = {"function": _("By function"), "site": _("By site"), "level": _("By level"), PROGRAMME: _("By programme")}
TABLES = {"participants": _("Have been to a first session"), "tried_once": _("Tried the plan"), "again": _("Would start another cycle")}
"""The measures that are told by an attribute, in the order of the columns."""
OBSTACLES = {
    "size": _("A group needs three to six people."),
    "reporting_line": _("%(name)s and somebody else here are in one reporting line. Peers may not lead one another, at any distance."),
}
ANY_OBSTACLE = _("%(name)s cannot sit in this group within the fixed rules. Choose somebody else.")
"""For every reason that is not plain from the directory, so that nobody learns where a person sits or whom they avoid."""
NO_DATE = _("No pair of dates in the next three weeks suits all of them. Choose other people, or try again with fewer.")
NOTICES = {
    "seat_offer": _("A seat in a group"),
    "proposal_dissolved": _("A group that did not come about"),
    "session_invitation": _("Dates of sessions, new or moved"),
    "session_cancellation": _("Sessions cancelled"),
    "host_card": _("Host cards"),
    "session_tomorrow": _("The day before a reconvene"),
    "session_closed": _("After a session"),
    "date_wanted": _("A new date is needed"),
    "address_changed": _("Mail addresses changed"),
}
OTHER_NOTICES = _("The practice weeks")
"""Everything else, in one line: which step a person is at is nobody's business."""
FAILURES = {
    "refused": _("Refused by the mail server"),
    "unreachable": _("The address takes no mail"),
    "no_address": _("No mail address in the directory"),
    "too_late": _("Too late to be of use"),
    "over_cap": _("More than the caps allow"),
}
