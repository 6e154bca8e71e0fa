from datetime import timedelta

import pytest

from reconvene.base import tenancy
from reconvene.releases.measurements import Shares
from reconvene.rooms.measures import attended
from tests.rooms.play import a_table

pytestmark = pytest.mark.django_db


def test_those_who_were_in_the_room_are_counted_once_the_session_is_over() -> None:
    table = a_table()
    table.enter("ana", "ben", "cho")
    table.tell("ana", "begin")
    organisation = tenancy.current()
    assert attended(organisation, table.now + timedelta(days=1)) == Shares("attended", yes=0, of=0, groups=0)
    table.post("ana", "end")
    assert attended(organisation, table.now + timedelta(days=1)) == Shares("attended", yes=3, of=4, groups=1)
    assert attended(organisation, table.now - timedelta(days=1)) == Shares("attended", yes=0, of=0, groups=0)
