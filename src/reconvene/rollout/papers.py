"""The documents of a roll-out, made from the live settings: charter, letters, briefing, privacy note, assessment, annex, record. Pure."""

from collections.abc import Mapping
from datetime import date

from reconvene.base.translation import gettext as _
from reconvene.base.translation import gettext_noop
from reconvene.privacy.visibility import FIELDS, LABELS
from reconvene.rollout.parts import Claimed, Heading, Kind, Limited, Listed, Live, Part, Promised, Prose, Rows, Signatures
from reconvene.rollout.plan import PHASES, PLACES, SECTORS, SITES, VOICES, duties_for


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _setting(live: Live) -> Rows:
    one = live.setting
    return Rows(
        (_("Setting"), _("As it is now")),
        (
            (_("Managers"), f"{one.managers:,}"),
            (_("Business"), f"{_(SECTORS[one.sector])}; {_(SITES[one.sites])}; {_(PLACES[one.place])}"),
            (_("Staff’s voice"), _(VOICES[one.voice])),
            (_("Pilot"), _("%(people)s managers in %(groups)s groups; %(half)s") % {"people": live.people, "groups": live.groups, "half": _("half of them begin later") if live.has_waitlist else _("all begin together")}),
            (_("Group"), _("%(smallest)s to %(largest)s people, %(distance)s level apart at most") % {"smallest": live.smallest, "largest": live.largest, "distance": live.level_distance}),
            (_("Sessions"), _("two of %(minutes)s minutes, %(short)s to %(long)s days apart; %(where)s") % {"minutes": live.minutes, "short": live.gap[0], "long": live.gap[1], "where": _("on site") if live.is_on_site else _("on site or online")}),
            (_("People behind each published number"), _("%(k)s or more, from three groups") % {"k": live.k}),
            (_("Messages by"), ", ".join((_("mail"), *(name.capitalize() for name in live.chats)))),
            (_("Help contact"), live.help_contact or _("nobody is named yet")),
        ),
    )  # fmt: skip


def _lines(live: Live) -> list[Part]:
    if not live.lines:
        return [Prose(_("No lines are set yet."))]
    signed = _("Signed on %(day)s.") % {"day": _day(live.signed_on)} if live.signed_on else _("Not signed yet.")
    return [Rows((_("Measure"), _("Go"), _("Adjust"), _("Stop")), live.lines), Prose(signed)]


def _charter(live: Live) -> list[Part]:
    plan_rows = tuple((_(one.title), _day(live.starts[one.number]), _(one.test)) for one in PHASES)
    return [
        Heading(_("What for")),
        Prose(live.problem or _("The problem of the business it serves: ____________________")),
        Prose(_("Managers of similar responsibility meet in small groups around a pressing challenge: a first session, four weeks of practice, a second session. What worked goes into the company’s own playbook.")),
        Heading(_("Topics to begin with")),
        Listed(live.topics or (_("to be found with the ten-minute survey"),)),
        Heading(_("Phases")),
        Rows((_("Phase"), _("Begins"), _("Ends when")), plan_rows),
        Heading(_("Go, adjust, stop")),
        *_lines(live),
        Claimed(("two_sign", "gate_fixed")),
        Heading(_("Who does what")),
        Rows((_("Role"), _("Who"), _("What")), tuple((_(duty.title), live.role(duty.key) if duty.key != "bosses" else "–", _(duty.does)) for duty in duties_for(live.setting))),
        Heading(_("Settings")),
        _setting(live),
        Signatures((_("Sponsor"), _("L&D"))),
    ]  # fmt: skip


def _to_sponsor(live: Live) -> list[Part]:
    return [
        Prose(_("Dear %(name)s,") % {"name": live.role("sponsor")}),
        Prose(_("you have agreed to stand for peer groups. This is what it takes of you, and what you get.")),
        Prose(live.problem or _("The problem we want to ease: ____________________")),
        Heading(_("What we ask of you")),
        Promised((
            _("Protect two slots of %(minutes)s minutes for everyone who takes part, as working time.") % {"minutes": live.minutes},
            _("Say once, in your own words, why it matters to you. Then leave the groups alone."),
            _("Sign the lines for go, adjust and stop before the pilot begins, and keep to them."),
            _("Ask for figures, not for names or stories. Asking about what was said breaks the pact."),
        )),
        Heading(_("What you get")),
        Prose(_("A pilot of %(people)s managers from %(day)s on, a report each month, and a decision that rests on lines which you signed.") % {"people": live.people, "day": _day(live.starts[2])}),
        Claimed(("enough_people", "no_content", "report_log")),
        Heading(_("What it can show")),
        Prose(_("A pilot of this size shows whether it can be done and in which direction it goes. It is too small to prove a moderate effect.")),
    ]  # fmt: skip


def _to_bosses(live: Live) -> list[Part]:
    return [
        Prose(_("Some of the managers who report to you take part in a peer group: with others of similar responsibility, on a challenge of their own.")),
        Heading(_("What we ask of you")),
        Promised((
            _("Four and a half hours over six weeks. They are working time."),
            _("Keep two slots of %(minutes)s minutes free. If one must go, offer another in the same week.") % {"minutes": live.minutes},
            _("You will be asked for one opportunity to practise. Give it, and say what you noticed."),
            _("You will not be told what was said. Asking about it breaks the pact."),
            _("Whether somebody takes part, stops or declines has no part in appraisals."),
        )),
        Heading(_("What the program does for that")),
        Claimed(("stays_in_group", "no_lines", "declined")),
        Signatures((_("Boss"), _("Sponsor, %(name)s") % {"name": live.role("sponsor")})),
    ]  # fmt: skip


def _to_participants(live: Live) -> list[Part]:
    return [
        Prose(_("You are invited to a peer group: %(smallest)s to %(largest)s managers of similar responsibility, a challenge that presses you, and no superiors.") % {"smallest": live.smallest, "largest": live.largest}),
        Heading(_("What it takes")),
        Listed((
            _("Two sessions of %(minutes)s minutes, %(short)s to %(long)s days apart, as working time.") % {"minutes": live.minutes, "short": live.gap[0], "long": live.gap[1]},
            _("A minute to say what presses you, and one thing to try in the four weeks between."),
            _("About four and a half hours altogether."),
        )),
        Heading(_("What you can count on")),
        Promised((
            _("Taking part is your own choice. Nobody has to give a reason for a no, and it has no part in appraisals."),
            _("What is said stays with those who were there. Everybody agrees to that at each session."),
            _("You may pass, pause or leave at any time."),
        )),
        Claimed(("stays_in_group", "journal", "no_lines", "private_wish", "declined", "enough_people", "mails")),
        *([Prose(_("Half of the groups begin later, so that we can see what would have happened anyway. Everybody gets their turn. Those who wait are asked a few questions twice meanwhile, as those who begin are; each may be skipped."))] if live.has_waitlist else []),
        Heading(_("Topics to begin with")),
        Listed(live.topics or (_("whatever presses you most"),)),
        Prose(_("If it becomes too much: %(help)s. Questions about data: %(protection)s.") % {"help": live.help_contact or live.role("owner"), "protection": live.role("protection")}),
    ]  # fmt: skip


def _to_hosts(live: Live) -> list[Part]:
    return [
        Prose(_("You open the room and tap it on. You need no training and nothing to prepare: the program says what comes next, and keeps the time.")),
        Heading(_("Before")),
        Listed((_("Read the host card in the message of the day before."), _("Be there five minutes early. Is the door shut, does the shared screen stand?"), _("If hosting does not suit you, pass it on with one tap; the next in turn takes it."))),
        Heading(_("In the %(minutes)s minutes") % {"minutes": live.minutes}),
        Listed((_("Tap on when the step is over. When somebody needs longer, let the program find the minutes."), _("Everybody gets the same time. You speak last."), _("Questions first, then causes, then ideas. When advice comes too early, say: one more question first."), _("When it gets heavy: pause. Anybody may."))),
        Heading(_("When something goes wrong")),
        Listed((_("Somebody is missing: begin with three. With two, move the date."), _("The network is gone: go on on paper, with the pack."), _("Somebody needs help: %(help)s.") % {"help": live.help_contact or live.role("owner")})),
        Heading(_("Start-up helpers")),
        Prose(_("For first sessions a helper may be there for ten minutes: %(names)s. They see the steps of the room by a link of their own.") % {"names": live.role("helpers")}),
    ]  # fmt: skip


def _privacy(live: Live) -> list[Part]:
    return [
        Prose(_("What you say in your group is for your group. This note says what the program does for that today, and where it ends.")),
        Heading(_("Who sees what")),
        Claimed(("stays_in_group", "journal", "leavers", "declined", "no_content", "pseudonyms", "stories")),
        Heading(_("Numbers")),
        Claimed(("enough_people", "never_lowered", "rounded", "no_subtraction", "frozen", "report_log")),
        Heading(_("Published strategies")),
        Claimed(("every_author", "no_way_back", "telling")),
        Heading(_("Messages")),
        Claimed(("mails", *(("chat_no_words",) if live.chats else ()))),
        Heading(_("Where it ends")),
        Limited(),
        Prose(_("Questions and complaints: %(protection)s. Programme: %(owner)s.") % {"protection": live.role("protection"), "owner": live.role("owner")}),
    ]  # fmt: skip


RISKS = (
    (gettext_noop("Somebody is known by a number"), ("enough_people", "rounded", "no_subtraction", "frozen")),
    (gettext_noop("A superior learns what was said"), ("stays_in_group", "no_lines", "no_content")),
    (gettext_noop("Saying no has consequences"), ("declined", "private_wish")),
    (gettext_noop("A published strategy gives its authors away"), ("every_author", "no_way_back", "telling")),
    (gettext_noop("Staff who are spoken of are recognised"), ("noticing", "telling", "stays_in_group")),
    (gettext_noop("Another organisation reads along"), ("locked",)),
)


def _assessment(live: Live) -> list[Part]:
    risks: list[Part] = []
    for risk, keys in RISKS:
        risks += [
            Heading(_("Risk: %(risk)s") % {"risk": _(risk)}),
            Claimed(keys),
            Prose(_("Left over, to be judged by you: ____________________")),
        ]
    return [
        Prose(_("Draft of an assessment under article 35 GDPR, for the data protection officer’s hand: %(name)s. It is no legal advice.") % {"name": live.role("protection")}),
        Heading(_("What is done, and why")),
        Prose(_("Groups of managers meet about challenges of their own. Data are processed for forming groups, for holding sessions and for a report of figures. The purpose is learning; appraisal is none of it.")),
        _setting(live),
        Heading(_("Lawful basis")),
        Listed((
            _("Consent is rarely valid between employer and employee (Article 29 Working Party, Opinion 2/2017)."),
            _("Proposed: legitimate interest, article 6(1)(f), with a written balance; or a works agreement, article 88."),
        )),
        Heading(_("People who are not in the room")),
        Prose(_("Challenges speak of staff, who are data subjects too. Health and beliefs may come up, without being asked for.")),
        Claimed(("noticing", "telling")),
        *risks,
        Heading(_("Where it ends")),
        Limited(),
        Heading(_("Opinion of the data protection officer")),
        Prose("____________________"),
        Signatures((_("Data protection officer"),)),
    ]  # fmt: skip


def _annex(live: Live) -> list[Part]:
    return [
        Prose(_("Draft of an annex to a works agreement, made from the settings on the day it was printed. Contact: %(name)s.") % {"name": live.role("council" if live.setting.has_council else "union")}),
        Heading(_("Purpose")),
        Promised((
            _("The program serves learning among peers. It is not used to watch or to judge conduct or performance."),
            _("What comes from it may not be used in appraisals, warnings or dismissals, also where it was obtained against this annex."),
            _("Taking part is voluntary and is working time. A no has no consequences."),
        )),
        Heading(_("What they usually ask")),
        Claimed(("no_model", "reasons")),
        Prose(_("Who administers it: L&D, %(owner)s; IT runs the server.") % {"owner": live.role("owner")}),
        Heading(_("What the program does")),
        Claimed(("stays_in_group", "journal", "declined", "no_lines", "no_content", "pseudonyms", "enough_people", "never_lowered", "rounded", "no_subtraction", "frozen", "report_log", "every_author", "no_way_back", "locked", "logs")),
        Heading(_("Where it ends")),
        Limited(),
        Heading(_("Settings")),
        _setting(live),
        Heading(_("Go, adjust, stop")),
        *_lines(live),
        Claimed(("two_sign", "gate_fixed")),
        Heading(_("Changes")),
        Promised((_("L&D tells the staff’s representatives before any of these settings changes, and gives them this document anew."), _("They may see the log of opened reports at any time."))),
        Signatures((_("For the staff"), _("For the company"))),
    ]  # fmt: skip


AUDIENCES = {
    "me": gettext_noop("the person"), "buddy": gettext_noop("the person and their buddy"), "group": gettext_noop("the group"),
    "company": gettext_noop("everybody in the organisation"), "counts": gettext_noop("L&D, as counts"), "rooms": gettext_noop("the group; L&D where rooms are booked"),
}  # fmt: skip


def _record(live: Live) -> list[Part]:
    rows = tuple((_(LABELS[key]), _(AUDIENCES[field.audience]), _(field.sentence)) for key, field in FIELDS.items())
    return [
        Prose(_("Record of processing under article 30 GDPR. The fields come from the classification that the screens themselves use.")),
        Rows((_("Point"), _("Entry")), (
            (_("Controller"), live.organisation),
            (_("Data protection officer"), live.role("protection")),
            (_("Purpose"), _("Peer learning of managers; a report of figures about it")),
            (_("Data subjects"), _("Managers who take part; staff who are spoken of; observers whom members ask")),
            (_("Recipients"), _("Those named below; whoever runs server and mail")),
            (_("Third countries"), _("None by the program itself") if not live.chats else _("By the chats in use: %(chats)s") % {"chats": ", ".join(name.capitalize() for name in live.chats)}),
        )),
        Heading(_("Time limits")),
        Limited(("retention", "rights")),
        Heading(_("Fields and who sees them")),
        Rows((_("Field"), _("Widest circle"), _("In words")), rows),
        Heading(_("Technical and organisational measures")),
        Claimed(("locked", "pseudonyms", "enough_people", "frozen", "report_log", "logs")),
        Limited(("server",)),
    ]  # fmt: skip


KINDS: Mapping[str, Kind] = {
    one.key: one
    for one in (
        Kind("charter", gettext_noop("Charter"), gettext_noop("What it is for, who does what, when it stops. For sponsor and L&D to sign."), 0, _charter),
        Kind("annex", gettext_noop("Works agreement annex"), gettext_noop("For works council or union, to read before anybody else."), 0, _annex, is_about_data=True),
        Kind("assessment", gettext_noop("Data protection assessment"), gettext_noop("Draft under article 35, risk by risk."), 0, _assessment, is_about_data=True),
        Kind("record", gettext_noop("Record of processing"), gettext_noop("Article 30, field by field."), 0, _record, is_about_data=True),
        Kind("sponsor", gettext_noop("Letter to the sponsor"), gettext_noop("What it takes, and what they get."), 0, _to_sponsor),
        Kind("bosses", gettext_noop("Promise to bosses"), gettext_noop("One page, for the bosses of everyone who takes part."), 2, _to_bosses),
        Kind("participants", gettext_noop("Letter to participants"), gettext_noop("What it takes and what they can count on."), 2, _to_participants),
        Kind("privacy", gettext_noop("Privacy note"), gettext_noop("Goes with the letter to participants."), 2, _privacy, is_about_data=True),
        Kind("hosts", gettext_noop("Briefing for hosts"), gettext_noop("One page before the first session."), 2, _to_hosts),
    )
}  # fmt: skip
