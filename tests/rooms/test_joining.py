"""Coming in without an account: by code with somebody's confirmation, by one's own link; what such a device may do, and when it ends."""

import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.urls import reverse

from reconvene.base import tenancy
from reconvene.base.links import Link
from reconvene.rooms import guessing, urls
from reconvene.rooms.actions import devices, entering
from reconvene.rooms.actions.turning import NotNow
from reconvene.rooms.door import MOST_WAITING, names_to_choose
from reconvene.rooms.models import Device, Presence, Room
from reconvene.rooms.state import NotPresent
from tests import world
from tests.rooms.play import Table, a_table
from tests.rooms.test_stream import Ear, last

pytestmark = pytest.mark.django_db
BESIDE = (
    "paper",
    "on-paper",
    "on-paper-withdrawal",
    "rehearse",
)  # addresses of the rooms' app that lie below /sessions/, where a device is nobody


@pytest.fixture(autouse=True)
def no_wrong_codes_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


class Guest:
    """A browser without an account, at the table's time."""

    def __init__(self, table: Table, client: Client | None = None) -> None:
        self.table, self.browser = table, client or Client()

    def get(self, path: str, **headers: str) -> Any:
        with time_machine.travel(self.table.now, tick=False):
            return self.browser.get(path, headers=headers)

    def post(self, path: str, **data: Any) -> Any:
        with time_machine.travel(self.table.now, tick=False):
            return self.browser.post(path, data)

    @property
    def door(self) -> str:
        return reverse("room-join-code", args=[self.table.room.code])

    @property
    def room(self) -> str:
        return reverse("room", args=[self.table.session.id])

    @property
    def kept(self) -> dict[str, Any]:
        """What the browser's session holds."""
        with time_machine.travel(self.table.now, tick=False):
            return dict(self.browser.session)

    def knock(self, who: str) -> Any:
        return self.post(self.door, seat=self.table.people[who].id)

    def words(self, path: str) -> str:
        return str(self.get(path).content.decode())


def knocked(table: Table, seat: str = "ben") -> tuple[Guest, Device]:
    guest = Guest(table)
    assert guest.knock(seat).status_code == 302
    return guest, Device.objects.get(id=guest.kept["room_device"])


def seated(table: Table, seat: str = "ben", by: str = "ana") -> tuple[Guest, Device]:
    guest, device = knocked(table, seat)
    table.tell(by, "device-admission", device.id)
    return guest, device


@pytest.fixture
def table() -> Table:
    """Ana and Cho are in, Ben and Dan are not."""
    made = a_table()
    made.enter("ana", "cho")
    return made


def link(table: Table, who: str, *, hours: float = 6) -> str:
    person = table.people[who]
    until = table.session.starts_at + timedelta(hours=hours)
    return reverse("room-by-link", args=[Link("room", person.organisation_id, person.id, table.session.id, until).token()])


def addresses(table: Table) -> dict[str, str]:
    """Every address that names a session, with ids that exist or could."""
    found = {}
    for pattern in urls.urlpatterns:
        names = pattern.pattern.converters
        if "session_id" in names:
            ids = {name: table.session.id if name == "session_id" else uuid.uuid4() for name in names}
            found[str(pattern.name)] = reverse(str(pattern.name), kwargs=ids)
    return found


def test_the_page_of_a_code_shows_first_names_of_those_who_are_not_there_and_nothing_else(table: Table) -> None:
    words = Guest(table).words(reverse("room-join-code", args=[table.room.code]))

    assert "I am Ben" in words and "I am Dan" in words
    assert "I am Ana" not in words and "I am Cho" not in words
    for secret in ("Example", "hand over", "delegating", "Delegating", "Wren", "aldermoor"):
        assert secret not in words


def test_two_of_one_first_name_are_told_apart() -> None:
    assert names_to_choose(["Ben Adler", "Cho Li", "Ben Fox"]) == ["Ben A.", "Cho", "Ben F."]


def test_a_device_knocks_shows_a_number_and_sits_once_somebody_inside_has_confirmed_it(table: Table) -> None:
    guest, device = knocked(table)
    assert str(device.number) in guest.words(guest.door)
    assert guest.get(guest.room).status_code == 302, "not before it was let in"
    notice = table.text("ana")
    assert "A device without an account wants to sit as <b>Ben</b>" in notice and f"<b>{device.number}</b>" in notice

    table.tell("cho", "device-admission", device.id)
    opens = guest.get(guest.door, **{"HX-Request": "true"})
    assert opens["HX-Redirect"] == guest.room
    assert "Before we begin" in guest.words(guest.room)
    device.refresh_from_db()
    assert (device.admitted_by, device.admitted_at, device.ended_at) == (table.people["cho"], table.now, None)


def test_what_a_device_does_in_the_room_counts_as_its_members(table: Table) -> None:
    guest, _device = seated(table)
    table.tell("ana", "begin")
    table.browsers["ben"] = guest.browser
    table.go_to("causes")
    table.tell("ben", "causes", text="Targets change", whose="theirs", done="yes", seen=table.position())

    assert "Targets change" in table.text("ben")
    assert str(table.people["ben"].id) in table.room.state.done  # type: ignore[union-attr]


def test_everywhere_but_in_this_room_a_device_is_asked_to_sign_in(table: Table) -> None:
    guest, _device = seated(table)
    other = table.session.cycle.sessions.get(kind="reconvene")  # another room of Ben's own group
    Room.objects.create(session=other, code="BEDOLA", opened_at=table.now)
    elsewhere = [
        "/", "/groups/", f"/groups/{table.group.id}/", f"/sessions/{table.session.id}/", f"/sessions/{table.session.id}/paper/",
        f"/sessions/{table.session.id}/host-card/", "/account/", "/playbook/", "/practice/", "/people/imports/", "/console/",
        f"/practice/{table.session.cycle_id}/", reverse("room", args=[other.id]), reverse("room-stage", args=[other.id]),
    ]  # fmt: skip
    for path in elsewhere:
        answer = guest.get(path)
        assert answer.status_code in (302, 404), path
        assert answer.status_code == 404 or answer["Location"].startswith("/sign-in/"), path
    for name, path in addresses(table).items():
        status = guest.get(path).status_code
        assert status in ((302,) if name in BESIDE else (404,) if name == "room-conducting" else (200, 405)), (
            name
        )  # nobody conducts as a guest


def test_a_device_that_waits_or_was_refused_finds_no_page_of_the_room(table: Table) -> None:
    guest, device = knocked(table)
    for path in addresses(table).values():
        assert guest.get(path).status_code == 302
        assert guest.post(path).status_code == 302
    table.tell("ana", "device-removal", device.id)
    for name, path in addresses(table).items():
        assert guest.get(path).status_code == (302 if name in BESIDE else 404), name
        assert guest.post(path).status_code in ((302, 405) if name in BESIDE else (404,)), name
    assert "sent this device away" in guest.words(guest.door)


def test_a_seat_that_is_taken_cannot_be_chosen_and_a_stranger_is_no_member(table: Table) -> None:
    guest = Guest(table)
    eva = world.person("eva")

    assert guest.knock("ana").status_code == 409
    assert guest.post(guest.door, seat=eva.id).status_code == 409
    assert guest.post(guest.door, seat="nonsense").status_code == 409
    assert not Device.objects.exists()


def test_a_device_takes_no_second_seat(table: Table) -> None:
    guest, _device = seated(table)
    answer = guest.knock("dan")

    assert (answer.status_code, answer["Location"]) == (302, guest.room)
    assert Device.objects.count() == 1
    foreign = guest.post(link(table, "dan"))
    assert foreign.status_code == 409
    assert "Nobody takes two seats" in foreign.content.decode()


def test_who_chose_the_wrong_name_at_the_door_chooses_again(table: Table) -> None:
    guest, first = knocked(table, "dan")
    guest.knock("ben")
    first.refresh_from_db()

    assert first.ended_because == "left"
    assert [device.person for device in Device.objects.waiting()] == [table.people["ben"]]


def test_who_is_signed_in_sits_as_themselves_only(table: Table) -> None:
    dan = Guest(table, table.browsers["dan"])
    dan.knock("ben")

    assert not Device.objects.exists()
    assert Presence.objects.get(person=table.people["dan"]).admitted_at is None
    assert "You have knocked" in table.text("dan")


def test_nobody_confirms_themselves_and_nobody_outside_confirms(table: Table) -> None:
    guest, device = knocked(table)
    for who in ("dan", "ben"):  # members who are not in the room
        assert table.post(who, "device-admission", device.id).status_code == 200
    guest.post(reverse("room-device-admission", args=[table.session.id, device.id]))
    device.refresh_from_db()
    assert device.admitted_at is None
    with pytest.raises(NotPresent):
        devices.admit_device(device, by=table.people["ben"], now=table.now)
    entering.enter(table.session, person=table.people["ben"], now=table.now)
    with pytest.raises(NotPresent):
        devices.admit_device(device, by=table.people["ben"], now=table.now)


def test_when_the_member_knocks_signed_in_and_is_let_in_a_device_that_waits_for_the_seat_is_told(table: Table) -> None:
    guest, device = knocked(table, "dan")
    Guest(table, table.browsers["dan"]).post(guest.door)
    table.tell("ana", "admissions", person=table.people["dan"].id)

    assert "seat was taken on another device" in guest.words(guest.door)
    assert "device without an account" not in table.text("ana")
    table.post("dan", "device-admission", device.id)
    assert not Device.objects.seated().exists()


def test_a_device_is_not_let_in_for_somebody_who_has_left_the_group_meanwhile(table: Table) -> None:
    _guest, device = knocked(table)
    table.group.memberships.get(person=table.people["ben"]).end(now=table.now)
    answer = table.post("ana", "device-admission", device.id).content.decode()

    assert "This seat cannot be taken any more" in answer
    assert not Device.objects.seated().exists()


def test_a_wrong_confirmation_is_undone_by_anybody_inside(table: Table) -> None:
    guest, device = seated(table)
    assert "Ben, let in by Ana" in table.text("cho")
    table.tell("cho", "device-removal", device.id)

    device.refresh_from_db()
    assert (device.ended_because, device.ended_by, device.ended_at) == ("sent_away", table.people["cho"], table.now)
    assert guest.get(reverse("room-stage", args=[table.session.id])).status_code == 404
    assert "Somebody in the room sent this device away" in guest.words(guest.room)
    assert Presence.objects.get(person=table.people["ben"]).left_at == table.now
    assert "I am Ben" in Guest(table).words(guest.door), "the seat is free again"


def test_a_member_who_comes_in_signed_in_takes_the_seat_from_the_device(table: Table) -> None:
    guest, device = seated(table)
    assert "A device without an account sits in your seat" in table.text("ben", "room")
    assert device.ended_at is None, "looking changes nothing"
    table.enter("ben")

    device.refresh_from_db()
    assert device.ended_because == "taken"
    assert "seat was taken on another device" in guest.words(guest.room)
    assert "Before we begin" in table.text("ben", "room")
    assert Presence.objects.get(person=table.people["ben"]).left_at is None


def test_a_device_ends_when_its_member_leaves_the_room_or_the_group(table: Table) -> None:
    guest, device = seated(table)
    guest.post(reverse("room-leaving", args=[table.session.id]))
    device.refresh_from_db()
    assert device.ended_because == "left"
    assert "You left the room with this device" in guest.words(guest.room)
    assert guest.get(guest.room)["Clear-Site-Data"] == '"storage"', "nothing stays on a borrowed phone"

    again, _other = seated(table)
    table.group.memberships.get(person=table.people["ben"]).end(now=table.now)
    assert again.get(reverse("room-stage", args=[table.session.id])).status_code == 404
    assert "not at this table any more" in again.words(again.room)


def test_a_device_ends_with_the_session(table: Table) -> None:
    guest, _device = seated(table)
    table.tell("ana", "begin")
    door = guest.door
    table.tell("ana", "end")

    assert guest.get(reverse("room-stage", args=[table.session.id])).status_code == 404
    assert "The session is over" in guest.words(guest.room)
    assert Guest(table).get(door).status_code == 404
    assert Guest(table).post(link(table, "dan")).status_code == 409


def test_after_the_session_its_member_finds_what_stays_of_it_on_their_own_device(table: Table) -> None:
    seated(table)
    assert "A device without an account sits in your seat" in table.text("ben", "room")
    table.tell("ana", "begin")
    table.tell("ana", "end")
    assert "The session is over" in table.text("ben", "room")


def test_signing_in_on_a_device_ends_it_and_keeps_the_person_in_the_room(table: Table) -> None:
    guest, device = seated(table)
    with time_machine.travel(table.now, tick=False):
        guest.browser.force_login(table.people["ben"])
    table.browsers["ben"] = guest.browser
    assert table.post("ben", "enter").status_code == 302

    device.refresh_from_db()
    assert device.ended_at == table.now
    assert "room_device" not in guest.kept
    assert "Before we begin" in table.text("ben")


def test_a_new_key_comes_with_the_seat_so_that_nobody_comes_along(table: Table) -> None:
    guest = Guest(table)
    session = guest.browser.session
    session["kept"] = "yes"
    session.save()
    before = session.session_key
    guest.browser.cookies["reconvene_session"] = before
    guest.knock("ben")

    assert guest.browser.session.session_key != before


def test_wrong_codes_are_answered_with_help_and_after_twenty_with_a_pause_while_right_ones_never_count(table: Table) -> None:
    guest = Guest(table)
    for _time in range(30):
        assert guest.get(guest.door).status_code == 200
    for number in range(guessing.FROM_ONE_ADDRESS):
        answer = guest.post("/join/", code="NADOLU") if number % 2 else guest.get("/join/nadolu/")
        assert answer.status_code == 404
        assert "Look at the shared screen once more" in answer.content.decode()
    paused = guest.get(guest.door)
    assert paused.status_code == 429
    assert "wait ten minutes" in paused.content.decode()
    with time_machine.travel(table.now, tick=False):
        assert Client(REMOTE_ADDR="203.0.113.9").get(guest.door).status_code == 200, "another address of the network"


def test_wrong_codes_count_too_when_a_part_of_a_page_asks(table: Table) -> None:
    guest = Guest(table)
    part = {"HX-Request": "true"}
    for _time in range(guessing.FROM_ONE_ADDRESS):
        assert guest.get("/join/nadolu/", **part).status_code == 404
    assert guest.get(guest.door, **part).status_code == 429


def test_a_page_that_waits_at_a_door_which_has_closed_is_no_guess(table: Table) -> None:
    guest, _device = knocked(table)
    door = guest.door
    type(table.room).objects.update(closed_at=table.now)

    for _time in range(guessing.FROM_ONE_ADDRESS + 1):
        answer = guest.get(door, **{"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (404, "true")
    for _time in range(guessing.FROM_ONE_ADDRESS):
        guest.get("/join/nadolu/")
    assert guest.get(door).status_code == 429, "another code is a guess"


def test_wrong_codes_of_the_whole_installation_are_counted_too(table: Table) -> None:
    for number in range(guessing.IN_ALL):
        guessing.count_wrong(type("Request", (), {"META": {"REMOTE_ADDR": f"203.0.113.{number % 200}"}, "headers": {}})())
    with time_machine.travel(table.now, tick=False):
        assert Client(REMOTE_ADDR="203.0.113.250").get(Guest(table).door).status_code == 429


def test_only_so_many_wait_at_one_door(table: Table) -> None:
    for _number in range(MOST_WAITING):
        knocked(table)
    assert Guest(table).knock("dan").status_code == 409


def test_the_code_stands_in_no_log_and_no_link_does(table: Table, caplog: pytest.LogCaptureFixture) -> None:
    door, ended = Guest(table).door, link(table, "ben", hours=-400)
    Room.objects.update(closed_at=table.now)
    Guest(table).get(door)
    Guest(table).get(ended)

    assert caplog.messages == ["Not Found: /join/…/", "Gone: /rooms/by-link/…/"]


def test_ones_own_link_opens_without_changing_anything_and_its_button_comes_in(table: Table) -> None:
    guest = Guest(table)
    assert "Come in as Ben" in guest.words(link(table, "ben"))
    assert not Device.objects.exists()
    assert guest.post(link(table, "ben"))["Location"] == guest.room
    assert "Before we begin" in guest.words(guest.room)
    device = Device.objects.get()
    assert (device.came_by, device.admitted_by, device.person) == ("link", None, table.people["ben"])
    assert "I am Ben" not in Guest(table).words(guest.door)
    assert guest.get("/").status_code == 302


def test_a_link_used_twice_on_one_device_is_one_device_and_on_two_devices_both_sit(table: Table) -> None:
    phone, laptop = Guest(table), Guest(table)
    for guest in (phone, phone, laptop):
        guest.post(link(table, "ben"))

    assert Device.objects.live().count() == 2
    for guest in (phone, laptop):
        assert guest.get(guest.room).status_code == 200
    table.enter("ben")
    assert phone.get(phone.room).status_code == 200, "the link is one's own proof"


def test_a_link_takes_the_seat_from_a_device_that_came_by_code(table: Table) -> None:
    guest, _device = seated(table)
    ben = Guest(table)
    ben.post(link(table, "ben"))

    assert ben.get(ben.room).status_code == 200
    assert "taken on another device" in guest.words(guest.room)


def test_a_link_whose_device_was_sent_away_does_not_come_back_by_itself(table: Table) -> None:
    guest = Guest(table)
    guest.post(link(table, "ben"))
    table.tell("ana", "device-removal", Device.objects.get().id)
    again = Guest(table).post(link(table, "ben"))

    assert again.status_code == 409
    assert "sent a device with this link away" in again.content.decode()
    assert Presence.objects.get(person=table.people["ben"]).left_at is not None, "nothing of the attempt is kept"


def test_a_link_waits_for_the_doors_and_ends_with_them(table: Table) -> None:
    table.later(hours=-2)
    early = Guest(table).post(link(table, "ben"))
    assert early.status_code == 409
    table.later(hours=9)
    assert Guest(table).get(link(table, "ben")).status_code == 410
    assert Guest(table).get(link(table, "ben")[:-3] + "xx/").status_code == 404


def test_a_link_of_somebody_else_opens_nothing_on_a_browser_that_is_signed_in(table: Table) -> None:
    answer = Guest(table, table.browsers["cho"]).post(link(table, "ben"))

    assert answer.status_code == 409
    assert not Device.objects.exists()


def test_a_link_on_ones_own_signed_in_browser_just_comes_in(table: Table) -> None:
    Guest(table, table.browsers["ben"]).post(link(table, "ben"))

    assert not Device.objects.exists()
    assert "Before we begin" in table.text("ben")


def test_a_link_of_somebody_who_left_the_group_opens_nothing(table: Table) -> None:
    table.group.memberships.get(person=table.people["ben"]).end(now=table.now)

    assert Guest(table).get(link(table, "ben")).status_code == 404
    assert Guest(table).post(link(table, "ben")).status_code == 404


def test_a_device_of_one_organisation_opens_nothing_of_another(table: Table) -> None:
    guest, _device = seated(table)
    with tenancy.within(world.make_organisation("Other").id):
        other = a_table("ana", "ben", "cho")
        other.enter("ana")
        assert guest.get(reverse("room", args=[other.session.id])).status_code == 302
        gil = world.sign_in(world.person("gil"))
    assert Guest(table, gil).get(guest.door).status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.nowhere
class TestAtOnce:
    """What happens when two do it in the same moment, and on the stream of a real server."""

    @pytest.fixture
    def table(self) -> Table:
        with tenancy.within(world.make_organisation().id):
            made = a_table()
            made.enter("ana", "cho")
        return made

    def test_of_two_devices_for_one_seat_one_is_let_in(self, table: Table) -> None:
        home = table.people["ana"].organisation_id
        with tenancy.within(home):
            asked = [devices.knock(table.room, person_id=table.people["ben"].id, now=table.now) for _ in range(2)]
        together, said = threading.Barrier(2), []

        def confirm(device: Device, by: str) -> None:
            together.wait()
            try:
                with tenancy.within(home):
                    devices.admit_device(device, by=table.people[by], now=table.now)
                said.append("in")
            except (NotNow, NotPresent):
                said.append("no")
            finally:
                connections.close_all()

        threads = [threading.Thread(target=confirm, args=pair) for pair in zip(asked, ("ana", "cho"), strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(said) == ["in", "no"]
        with tenancy.within(home):
            assert Device.objects.seated().count() == 1
            assert Device.objects.waiting().count() == 0

    def test_a_device_has_a_stream_while_it_sits_and_loses_it_when_it_is_sent_away(self, table: Table, port: int) -> None:
        home = table.people["ana"].organisation_id
        with tenancy.within(home):
            waiting, _device = knocked(table, "dan")
            guest, device = seated(table)
        table.browsers |= {"waiting": waiting.browser, "guest": guest.browser}
        with time_machine.travel(table.now, tick=True):
            assert Ear(port, table, "waiting").status == 404
            ear = Ear(port, table, "guest", after=last(table))
            assert ear.status == 200
            with tenancy.within(home):
                devices.send_away(device, by=table.people["ana"], now=table.now)
            assert ear.until(last(table))[-1][1] == "member_left", "so that the device looks and reads why"
            assert ear.has_ended()
            assert Ear(port, table, "guest").status == 404
