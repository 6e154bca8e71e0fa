"""Who is meant by a programme, whose challenge it takes, and what a member sees of it."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from reconvene.groups.models import Programme
from reconvene.groups.rules import Half, ProgrammeKind
from reconvene.people.models import Person
from reconvene.programmes.models import Participant, ProgrammeTopic

if TYPE_CHECKING:
    from reconvene.people.models import PersonQuerySet


def audience(programme: Programme) -> "PersonQuerySet":
    """Who is meant by a programme: invitable people of its functions, sites and levels; of each, all when none is named."""
    found = Person.objects.filter(organisation_id=programme.organisation_id).invitable()
    if programme.functions:
        found = found.filter(function__in=programme.functions)
    if programme.sites:
        found = found.filter(site__in=programme.sites)
    return found.filter(level__rank__in=programme.levels) if programme.levels else found


def belongs_to(programme: Programme) -> Q:
    """A condition on challenges: those that this programme takes.

    A programme takes the challenges of who takes part in it, on its topics if it names some. The open one takes all others: also those that
    found no group at the end of a sign-up, and those of people in a programme that forms as people come, so that nobody waits for it alone.
    """
    part = Participant.objects.joined().filter(person=OuterRef("person_id"))
    named = ProgrammeTopic.objects.filter(programme=OuterRef("programme"))
    on_topic = part.filter(~Exists(named) | Exists(named.filter(topic=OuterRef(OuterRef("topic_id")))))
    if not programme.is_open:
        return Q(Exists(on_topic.filter(programme=programme, half__in=programme.halves_now)))
    waits = Q(programme__in=Programme.objects.gathering()) | Q(
        programme__in=Programme.objects.running().filter(kind=ProgrammeKind.PILOT, second_began_at=None), half=Half.LATER
    )
    return ~Q(Exists(on_topic.filter(waits)))


def takes_new(programme: Programme, *, today: date) -> bool:
    """Whether somebody may still say yes."""
    if programme.ended_at is not None or (programme.ends_on is not None and programme.ends_on < today):
        return False
    return not programme.gathers or (
        programme.formed_at is None and programme.signs_up_until is not None and today <= programme.signs_up_until
    )


@dataclass(frozen=True)
class Mine:
    """A person's programmes on their home page: the newest that they may still join and have not answered, those in which they wait for their
    group, and all that they joined and that have not ended.
    """

    invitation: Participant | None
    takes_part: tuple[Participant, ...]
    joined: tuple[Participant, ...] = ()


def programmes_of(person: Person, *, today: date) -> Mine:
    """What the home page shows. One query."""
    rows = Participant.objects.visible_to(person).filter(programme__ended_at=None, declined_at=None, passed_at=None)
    found = list(rows.exclude(invited_at=None, joined_at=None).select_related("programme").order_by("-added_at", "id"))
    asked = (one for one in found if one.joined_at is None and takes_new(one.programme, today=today))
    joined = tuple(one for one in found if one.joined_at is not None)
    return Mine(next(asked, None), tuple(one for one in joined if waits(one)), joined)


def waits(participant: Participant) -> bool:
    """Whether this person's groups are formed later: the sign-up is not over, or they are in the later half of a pilot."""
    programme = participant.programme
    return programme.gathers and (programme.formed_at is None or participant.half not in programme.halves_now)
