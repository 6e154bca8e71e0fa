"""The codes of rooms: easy to say and to type, kind, and one of a kind in the whole installation."""

import itertools
import random
import secrets
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from reconvene.base import tenancy
from reconvene.rooms import rules
from reconvene.rooms.actions import entering
from reconvene.rooms.models import Room
from reconvene.rooms.rules import CONSONANTS, UNKIND, VOWELS, new_code, read_code
from tests import world
from tests.rooms.play import a_table


@given(st.randoms(use_true_random=False))
def test_a_code_is_three_syllables_without_letters_that_look_alike_and_without_an_unkind_word(chance: random.Random) -> None:
    code = new_code(pick=chance.choice)

    assert len(code) == 6
    assert all(letter in (VOWELS if place % 2 else CONSONANTS) for place, letter in enumerate(code))
    assert not set(code) & set("IQJXCYW")
    assert not any(word in code for word in UNKIND)


def test_an_unkind_code_is_drawn_again() -> None:
    letters = iter("PUTANA" + "LUMADO")

    assert new_code(pick=lambda _: next(letters)) == "LUMADO"


def test_there_are_enough_codes_that_guessing_is_no_way_in() -> None:
    syllables = ["".join(pair) for pair in itertools.product(CONSONANTS, VOWELS)]
    kind = sum(not any(word in "".join(code) for word in UNKIND) for code in itertools.product(syllables, repeat=3))

    assert kind > 150_000


@given(st.randoms(use_true_random=False), st.sampled_from(["{}", " {} ", "{:.3}-", "{:.2}.", "-{}-"]))
def test_a_code_is_read_however_it_is_typed(chance: random.Random, frame: str) -> None:
    code = new_code(pick=chance.choice)
    apart = " ".join(code.lower())

    assert read_code(apart) == read_code(f"{code[:3]}-{code[3:]}") == read_code(code.replace("O", "0")) == code
    assert code.startswith(read_code(frame.format(code)))


@pytest.mark.django_db
@pytest.mark.nowhere
def test_two_organisations_never_have_the_same_open_code_and_each_is_found_by_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    rooms, homes = [], [world.make_organisation("Aldermoor"), world.make_organisation("Other")]
    letters = iter("LUMADO" + "LUMADO" + "BEDOLA")
    for home in homes:
        with tenancy.within(home.id):
            table = a_table("ana", "ben", "cho")
            with monkeypatch.context() as chance:
                chance.setattr(secrets, "choice", lambda _letters: next(letters))
                rooms.append(entering.enter(table.session, person=table.people["ana"], now=table.now))

    assert [room.code for room in rooms] == ["LUMADO", "BEDOLA"]
    assert [tenancy.organisation_of_room(room.code) for room in rooms] == [home.id for home in homes]
    assert tenancy.organisation_of_room("NADOLU") is None


@pytest.mark.django_db
def test_a_closed_rooms_code_leads_nowhere_and_may_come_again() -> None:
    table = a_table("ana", "ben", "cho")
    table.enter("ana")
    Room.objects.update(code="LUMADO", closed_at=table.now)

    assert tenancy.organisation_of_room("LUMADO") is None
    other = world.make_group(*world.people("dan", "eli", "flo"), name="Robin")
    session = other.cycles.get().sessions.get(kind="first")
    room = entering.enter(session, person=world.person("dan"), now=table.now)
    Room.objects.filter(id=room.id).update(code="LUMADO")
    with pytest.raises(IntegrityError), transaction.atomic():
        Room.objects.update(closed_at=None)


@pytest.mark.django_db
def test_a_room_that_never_began_cannot_be_joined_for_ever() -> None:
    table = a_table("ana", "ben", "cho")
    table.enter("ana")

    assert Room.objects.joinable(table.now).exists()
    assert not Room.objects.joinable(table.now + timedelta(hours=7)).exists()
    assert rules.read_code("") == ""
