"""Signed links: what they say survives, what was altered or has ended does not."""

import uuid
from datetime import timedelta

import pytest

from reconvene.base.links import BadLink, ExpiredLink, Link, absolute, read_link
from tests.world import MONDAY

LINK = Link("seat", uuid.uuid4(), uuid.uuid4(), uuid.uuid4(), MONDAY + timedelta(days=2))


def test_a_link_says_what_was_put_into_it():
    assert read_link(LINK.token(), purpose="seat", now=MONDAY) == LINK


def test_a_link_ends():
    with pytest.raises(ExpiredLink):
        read_link(LINK.token(), purpose="seat", now=MONDAY + timedelta(days=3))


@pytest.mark.parametrize("damage", [lambda t: t[:-1], lambda t: "A" + t[1:], lambda t: t + "x", lambda _: "", lambda _: "a:b:c"])
def test_an_altered_link_is_refused(damage):
    with pytest.raises(BadLink):
        read_link(damage(LINK.token()), purpose="seat", now=MONDAY)


def test_a_link_for_one_purpose_does_not_serve_another():
    with pytest.raises(BadLink):
        read_link(LINK.token(), purpose="pause", now=MONDAY)


def test_addresses_in_mails_come_from_the_stored_origin(settings):
    settings.ORIGIN = "https://reconvene.example"

    assert absolute("home") == "https://reconvene.example/"
