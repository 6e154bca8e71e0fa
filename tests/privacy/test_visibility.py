import pytest

from reconvene.privacy.visibility import FIELDS, Audience, visible

MINE = ("challenge.urgency", "challenge.free_times", "plan.obstacle", "search", "room.score", "lesson.score", "checkin")


def test_what_is_private_is_visible_to_one_person_only() -> None:
    assert {field: FIELDS[field].audience for field in MINE} == dict.fromkeys(MINE, Audience.ME)


def test_what_a_member_says_never_leaves_the_group() -> None:
    spoken = [field for field in FIELDS if field.split(".")[0] in {"challenge", "room", "plan", "report", "lesson", "checkin"}]

    assert {FIELDS[field].audience for field in spoken} <= {Audience.ME, Audience.BUDDY, Audience.GROUP}


def test_only_agreed_strategies_what_is_said_of_them_and_names_are_visible_to_everyone() -> None:
    assert {field for field, who in FIELDS.items() if who.audience == Audience.COMPANY} == {
        "strategy",
        "strategy.trial",
        "guide.words",
        "person.name",
    }


def test_every_field_has_one_sentence_that_begins_alike() -> None:
    assert all(who.sentence.startswith("Visible to ") and not who.sentence.endswith(".") for who in FIELDS.values())
    assert visible("plan.if_then").sentence == "Visible to your group"


def test_a_field_that_nobody_classed_is_an_error() -> None:
    with pytest.raises(KeyError):
        visible("person.shoe_size")
