"""What lies on the table in each step, for one viewer: one's own words, and what has been revealed. With `written`, `afterwards`,
`evidence` and `wordings` the only readers of members' words.

Every function takes the room, its settled state and the viewer; the shared screen is a viewer of None and gets counts and shared words only.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from reconvene.challenges.models import Challenge
from reconvene.groups.models import Membership, Pact
from reconvene.guides.markup import to_html
from reconvene.guides.queries import examples_for
from reconvene.people.models import Person
from reconvene.playbook.queries import settled_on
from reconvene.practice.actions import prefill_report
from reconvene.practice.cues import cue_menu
from reconvene.practice.models import Buddy, Plan, PracticeReport
from reconvene.practice.rules import WEEKS
from reconvene.rooms import evidence, results, script, wordings
from reconvene.rooms.actions.lessons import strategies_on_the_table
from reconvene.rooms.actions.plans import second_session
from reconvene.rooms.models import Cause, Consent, Idea, Lesson, Mark, Room, Score, Secret, Vote
from reconvene.rooms.rules import MOST_SCORED, MarkKind, Whose, share_each
from reconvene.rooms.state import RoomState
from reconvene.rooms.written import (
    STRATEGIES_SHOWN,
    alive_lessons,
    boxes_of,
    handed,
    neighbours,
    scored_ideas,
    sent,
    settled_before,
    told_lessons,
    twins,
)
from reconvene.scheduling.models import Rsvp
from reconvene.scheduling.rules import Answer, Kind
from reconvene.surveys.rules import ITEMS, Moment

Matter = dict[str, Any]


@dataclass(frozen=True)
class NewInput:
    """A strategy to mark: from the guide, from the group's own earlier cycles or from this organisation's playbook. Counts are zero until
    they are revealed.
    """

    key: str
    title: str
    words: str
    fits_when: str
    not_when: str
    source: str
    strength: str
    first_step: str = ""
    works_if: str = ""
    mark: str = ""
    counts: tuple[tuple[str, int], ...] = ()


def of(room: Room, state: RoomState, *, viewer: Person | None, now: datetime) -> Matter:
    """The matter of the step that the room is in, with the cards the viewer was handed as long as they are shown; in a reconvene with the table
    of what the shown reports say.
    """
    found = MATTERS[state.current.kind](room, state, viewer) | {"cards": handed(room, state, viewer)}
    has_table = room.session.kind == Kind.RECONVENE and state.current.kind in evidence.STEPS
    if not has_table:
        return found
    rows = evidence.table(room.session.cycle)
    return {
        **found,
        "evidence": rows,
        "is_in_table": any(one.person_id == viewer.id for row in rows for one in row.tries) if viewer else False,
    }


def arrive(room: Room, state: RoomState, viewer: Person | None) -> Matter:
    """The pact, whether the viewer agreed, and how many have."""
    agreed = set(Pact.objects.filter(cycle=room.session.cycle, session_kind=room.session.kind).values_list("person_id", flat=True))
    return {"pact": script.pact(), "agreed": viewer is not None and viewer.id in agreed, "count": len(agreed)}


def question(room: Room, state: RoomState, viewer: Person | None) -> Matter:
    """The group's shared question, and how else the guide would word one."""
    guide, ours = script.guide_of(room.session.cycle), room.session.cycle.group.key_question
    return {"question": ours, "proposals": tuple(line for line in guide.key_questions if line != ours) if guide else ()}


def turns(room: Room, state: RoomState, viewer: Person | None) -> Matter:
    """The speaker's report if they show it, and the viewer's own report and cards."""
    report = (
        PracticeReport.objects.filter(cycle=room.session.cycle, person_id=state.holder).exclude(shown_at=None).first()
        if state.holder
        else None
    )
    mine: Matter = {"report": report, "is_second": room.session.kind == Kind.RECONVENE}
    if viewer is None:
        return mine
    guide = script.guide_of(room.session.cycle)
    mine["beforehand"] = None if mine["is_second"] else _beforehand(room, viewer)
    mine["prompts"] = guide.story_prompts if guide and not mine["is_second"] else ()
    if room.session.kind == Kind.RECONVENE:
        kept = PracticeReport.objects.filter(cycle=room.session.cycle, person=viewer).first()
        mine |= {
            "own": kept if kept and (kept.is_written or kept.shown_at) else prefill_report(room.session.cycle, viewer),
            "is_saved": kept is not None,
            "shown": bool(kept and kept.shown_at),
            "weeks": WEEKS,
        }
    has_spoken = state.current.kind == "turns" and state.is_in_round and str(viewer.id) not in state.order[state.turn :]
    return mine | {"has_spoken": has_spoken, "sent": sent(room, state, viewer)}


def whose(room: Room, state: RoomState, viewer: Person | None) -> Matter:
    """Whether the viewer would bring a case; who else would, and whose it is, the seats say."""
    return {"offers": viewer is not None and str(viewer.id) in state.offers}


def reply(room: Room, state: RoomState, viewer: Person | None) -> Matter:
    """What whoever brought the case answers to: the ideas if they are on the table, else the causes. Shared already, without names."""
    if state.has_revealed("ideas"):
        return {"ideas": list(Idea.objects.filter(room=room, taken_back_at=None, merged_into=None).prefetch_related("additions"))}
    return {"causes": list(Cause.objects.filter(room=room)) if state.has_revealed("causes") else []}


def ask(room: Room, state: RoomState, viewer: Person | None) -> Matter:
    """Starters from the guide for this session."""
    return {"starters": script.questions_for(room.session)}


def causes(room: Room, state: RoomState, viewer: Person | None) -> Matter:
    """One's own cause; after the reveal all of them, sorted by whose they are to change, without names."""
    own = Cause.objects.filter(room=room, author=viewer).first() if viewer else None
    found = list(Cause.objects.filter(room=room)) if state.is_revealed else []
    return {
        "own": own,
        "sorted": [(whose, [cause for cause in found if cause.whose == whose]) for whose in Whose],
        "shown": state.is_revealed,
    }


def cards(room: Room, state: RoomState, viewer: Person | None) -> Matter:
    """Strategies from the guide, from one's own group and from this organisation, one's own marks, and, after the reveal, counts."""
    marks = list(Mark.objects.filter(room=room))
    mine = {mark.card_key: mark.mark for mark in marks if viewer and mark.person_id == viewer.id}
    counted = Counter((mark.card_key, mark.mark) for mark in marks) if state.is_revealed else Counter[tuple[str, str]]()
    topic = room.session.cycle.topic
    guide = script.guide_of(room.session.cycle)
    shown = [
        NewInput(c.key, c.title, to_html(c.action), c.fits_when, c.not_when, c.source, c.strength, c.first_step, c.works_if)
        for c in (guide.cards if guide else ())
    ]
    shown += [
        NewInput(str(one.id), one.doing, one.led_to, one.works_when or one.when, one.not_when, "", "ours")
        for one in settled_before(room, viewer)
    ]
    here = settled_on(topic, organisation=room.organisation, limit=STRATEGIES_SHOWN)
    shown += [NewInput(str(s.id), s.doing, s.led_to, s.works_when or s.situation, s.not_when, "", "here") for s in here]
    found = [
        replace(one, mark=mine.get(one.key, ""), counts=tuple((kind.value, counted[one.key, kind.value]) for kind in MarkKind))
        for one in shown
    ]
    return {"inputs": found, "shown": state.is_revealed}


def ideas(room: Room, state: RoomState, viewer: Person | None) -> Matter:
    """Own boxes, a neighbour's sheet while building, and, after the reveal, all ideas with what was added, without names."""
    shown: Matter = {"shown": state.is_revealed, "ideas": []}
    found = Idea.objects.filter(room=room)
    if state.is_revealed:
        rows = list(found.prefetch_related("additions", "twins"))
    elif state.part > 0:
        rows = list(found)
    else:
        rows = list(found.filter(author=viewer)) if viewer else []
    alive = [idea for idea in rows if idea.is_on_the_table]
    if state.is_revealed:
        shown["ideas"] = alive
    if viewer is None:
        return shown
    is_scored = any(step.kind == "score" for step in state.steps)
    return shown | {
        "boxes": boxes_of(room, viewer, [idea for idea in rows if idea.author_id == viewer.id]),
        "neighbours": neighbours(room, state, viewer, alive) if state.part > 0 and not state.is_revealed else [],
        "is_scored": is_scored, "choosing": is_scored and len(shown["ideas"]) > MOST_SCORED, "each": share_each(len({idea.author_id for idea in alive})),
        **(twins(alive, viewer) if state.is_revealed else {}),
    }  # fmt: skip


def score(room: Room, state: RoomState, viewer: Person | None) -> Matter:
    """What is to be scored with one's own scores; after the reveal the order with mean and spread, never whose score it was."""
    if room.session.kind == Kind.RECONVENE:
        things, scored = list[Any](told_lessons(room)), "lesson"
    else:
        things, scored = list[Any](scored_ideas(room, state)), "idea"
    mine = {getattr(one, f"{scored}_id"): one for one in Score.objects.filter(room=room, person=viewer)} if viewer else {}
    shown: Matter = {
        "things": [(thing, mine.get(thing.id)) for thing in things],
        "is_second": scored == "lesson",
        "shown": state.is_revealed,
    }
    shown["finished"] = sum(one.help is not None for one in mine.values())
    return shown | ({"results": _results(room, things)} if state.is_revealed else {})


def gap(room: Room, state: RoomState, viewer: Person | None) -> Matter:
    """What the group sees most differently, and one idea that would help and that few see themselves doing."""
    found = _results(room, scored_ideas(room, state)) if state.has_revealed("score") else []
    return {"wide": [one for one in found if one.is_wide], "rescue": [one for one in found if one.is_rescue], "results": found}


def plan(room: Room, state: RoomState, viewer: Person | None) -> Matter:
    """One's own plan, and, once they are read out, everybody's if-then line. The rest of a plan is never read here for others."""
    cycle, keeping = room.session.cycle, room.session.kind == Kind.RECONVENE
    plans = Plan.objects.current().filter(cycle=cycle, is_for_keeping=keeping).select_related("person")
    own = next((one for one in plans if viewer and one.person_id == viewer.id), None)
    before = Plan.objects.current().filter(cycle=cycle, person=viewer, is_for_keeping=False).first() if keeping and viewer else None
    lines = [(one.person, one.if_cue, one.then_action) for one in plans] if state.is_revealed else []
    results_so_far = _results(room, scored_ideas(room, state))[:3] if not keeping and viewer and state.has_revealed("score") else []
    return {
        "own": own,
        "before": before,
        "lines": lines,
        "shown": state.is_revealed,
        "is_second": keeping,
        "shortlist": results_so_far,
        "cue_menu": cue_menu(),
        "examples": examples_for(cycle.topic, at=cycle.started_at),
    }


def date(room: Room, state: RoomState, viewer: Person | None) -> Matter:
    """The second session's date, who can come, who hosts it, and the viewer's buddy."""
    second = second_session(room)
    answers = dict(Rsvp.objects.filter(session=second).values_list("person_id", "answer")) if second else {}
    buddy = Buddy.objects.filter(cycle=room.session.cycle, person=viewer).select_related("buddy").first() if viewer else None
    return {
        "second": second, "local": second.local_for(viewer) if second and viewer else second.local if second else None,
        "zone": viewer.time_zone if viewer else second.zone if second else "UTC",
        "mine": answers.get(viewer.id) if viewer else None, "coming": sum(answer == Answer.YES for answer in answers.values()),
        "next_host": second.host_id if second else None, "buddy": buddy.buddy if buddy else None,
    }  # fmt: skip


def close(room: Room, state: RoomState, viewer: Person | None) -> Matter:
    """The few questions at the end."""
    moment = Moment.AFTER_FIRST if room.session.kind == Kind.FIRST else Moment.AFTER_RECONVENE
    return {"items": ITEMS[moment], "scale": range(11)}


def lessons(room: Room, state: RoomState, viewer: Person | None) -> Matter:
    """Own boxes; after the reveal all lessons, without names."""
    own = Lesson.objects.filter(room=room, author=viewer) if viewer else Lesson.objects.none()
    found = alive_lessons(room) if state.has_revealed("lessons") else []
    return {
        "boxes": boxes_of(room, viewer, list(own), kind="lesson") if viewer else [],
        "lessons": found,
        "shown": state.has_revealed("lessons"),
        "strategies": strategies_on_the_table(room) if viewer and any(lesson.author_id == viewer.id for lesson in found) else [],
        **(twins(found, viewer) if viewer else {}),
    }


def settle(room: Room, state: RoomState, viewer: Person | None) -> Matter:
    """The lessons in order of their scores, each with what is marked in it: the first three and the widest gap first. The shared screen is
    shown neither.
    """
    found = _results(room, told_lessons(room)) if viewer and state.has_revealed("score") else []
    marks = wordings.marked([one.thing for one in found], viewer=viewer) if viewer else {}
    talk = [(one, marks[one.thing.id]) for one in found if one.is_short or one.is_wide]
    return {
        "results": talk,
        "others": [(one, marks[one.thing.id]) for one in found if not (one.is_short or one.is_wide)],
        "all": len(found),
    }


def choices(room: Room, state: RoomState, viewer: Person | None) -> Matter:
    """Settled lessons to agree to with what is marked in them, one's own answers, and how many have answered; what the group disagrees about;
    totals of the vote after the reveal.
    """
    alive = told_lessons(room)
    settled = [lesson for lesson in alive if lesson.settled_at]
    marks = wordings.marked(settled, viewer=viewer) if viewer else {}
    answers = list(Consent.objects.filter(room=room))
    mine = {one.lesson_id: one.agrees for one in answers if viewer and one.person_id == viewer.id and _is_current(one, settled)}
    answered = Counter(one.lesson_id for one in answers if _is_current(one, settled))
    votes = list(Vote.objects.filter(room=room).values_list("person_id", "outcome"))
    totals = dict(Counter(outcome for _, outcome in votes)) if state.is_revealed else None  # a template finds anything in a Counter
    return {
        "settled": [(lesson, mine.get(lesson.id), answered[lesson.id], marks.get(lesson.id, ())) for lesson in settled],
        "disagreed": [lesson for lesson in alive if lesson.disagreed_at], "voted": len(votes), "left_early": _left_early(room),
        "reworded": {one.lesson_id for one in answers if viewer and one.person_id == viewer.id and not _is_current(one, settled)},
        "mine": dict(votes).get(viewer.id, "") if viewer else "", "totals": totals,
    }  # fmt: skip


def closing(room: Room, viewer: Person) -> Matter:
    """What stays: one's own plan, everybody's if-then lines, the ideas, what was settled and published, and whether a key waits."""
    keeping = room.session.kind == Kind.RECONVENE
    plans = list(Plan.objects.current().filter(cycle=room.session.cycle, is_for_keeping=keeping).select_related("person"))
    second, found = second_session(room), alive_lessons(room) if keeping else []
    said = Idea.objects.filter(room=room, taken_back_at=None, merged_into=None).select_related("author")
    return {
        "own": next((one for one in plans if one.person_id == viewer.id), None),
        "lines": [(one.person, one.if_cue, one.then_action) for one in plans if one.person_id != viewer.id],
        "ideas": [] if keeping else list(said), "second": second, "zone": viewer.time_zone,
        "published": [one for one in found if one.published_at], "counted": [one for one in found if one.counted_at],
        "kept": [one for one in found if one.settled_at and not one.published_at and not one.counted_at],
        "disagreed": [one for one in found if one.disagreed_at],
        "keys": Secret.objects.filter(room=room, person=viewer).count(),
    }  # fmt: skip


MATTERS: Mapping[str, Callable[[Room, RoomState, Person | None], Matter]] = {
    "arrive": arrive, "question": question, "turns": turns, "rounds": turns, "whose": whose, "tell": turns, "reply": reply, "ask": ask, "causes": causes, "cards": cards, "ideas": ideas, "score": score,
    "gap": gap, "plan": plan, "date": date, "close": close, "lessons": lessons, "readout": lessons, "settle": settle, "choices": choices,
}  # fmt: skip


def _results(room: Room, things: Iterable[Any]) -> list[results.Result]:
    return results.of(list(things), list(Score.objects.filter(room=room)))


def _beforehand(room: Room, viewer: Person) -> Challenge | None:
    """What the viewer wrote before the first session, to think of again; nobody else is shown it here."""
    seat = Membership.objects.live().filter(group=room.session.cycle.group_id, person=viewer).select_related("challenge").first()
    return seat.challenge if seat else None


def _left_early(room: Room) -> bool:
    """Whether somebody who was let in has left: whom nobody can ask any more."""
    return room.closed_at is None and room.presences.exclude(admitted_at=None).exclude(left_at=None).exists()


def _is_current(answer: Consent, settled: Iterable[Lesson]) -> bool:
    return any(lesson.id == answer.lesson_id and lesson.version == answer.version for lesson in settled)
