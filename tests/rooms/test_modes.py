"""The ways to hold a first session: chosen in the lobby, conducted to the end, each with what is its own."""

import uuid

import pytest

from reconvene.groups.models import Pact
from reconvene.rooms.models import Idea
from tests.faults.hall import IS_FULL
from tests.rooms.play import Table, a_table

pytestmark = pytest.mark.django_db

CASE = ["arrive", "whose", "tell", "question", "ask", "causes", "reply", "ideas", "reply", "plan", "date", "close"]
TRIO = ["arrive", "rounds", "cards", "plan", "date", "close"]
SEVEN = ["arrive", "turns", "causes", "cards", "plan", "date", "close"]


def begun(mode: str, *names: str) -> Table:
    table = a_table(*names)
    table.enter()
    table.tell("ana", "begin", mode=mode)
    return table


def test_the_lobby_offers_the_host_what_fits_the_people_who_are_there() -> None:
    table = a_table("ana", "ben", "cho", "dan")
    table.enter()
    lobby = table.text("ana")
    assert [title in lobby for title in ("One topic, all of us", "One urgent case", "A round each", "Seven steps")] == [True] * 4
    assert 'value="topic" form="begin" checked' in lobby
    assert 'name="mode"' not in table.text("ben"), "the host chooses"


def test_three_are_offered_a_round_each_first() -> None:
    three = a_table("ana", "ben", "cho")
    three.enter()
    assert 'value="trio" form="begin" checked' in three.text("ana")


def test_five_are_not_offered_a_round_each() -> None:
    five = a_table("ana", "ben", "cho", "dan", "flo")
    five.enter()
    assert 'value="trio"' not in five.text("ana")


@pytest.mark.parametrize(("mode", "kinds"), [("case", CASE), ("trio", TRIO), ("seven", SEVEN)] if IS_FULL else [("seven", SEVEN)])
def test_a_session_in_each_mode_is_conducted_to_its_end_without_a_tap(mode: str, kinds: list[str]) -> None:
    table, seen = begun(mode, "ana", "ben", "cho"), []
    while table.room.closed_at is None:
        assert [table.get(who).status_code for who in ("ana", "cho")] == [200, 200]
        assert table.get("ben", "room-table-stage").status_code == 200
        table.move("ben", "pause")  # whatever is due by now is stored with it
        table.move("cho", "go_on")
        state = table.room.state
        assert state is not None and state.mode == mode
        assert state.current.kind == kinds[state.step]
        seen += range(seen[-1] + 1 if seen else 0, state.step + 1)  # a short step may begin and end between two looks
        table.later(seconds=175)
        if state.is_last_step and not state.closed_at and table.now > state.step_ends_at:
            table.tell("ana", "end")
    assert seen == list(range(len(kinds)))


def test_nobody_can_begin_in_a_mode_that_does_not_exist() -> None:
    table = a_table()
    table.enter()
    answer = table.post("ana", "begin", mode="quiz")
    assert "Choose one of the ways on the page" in answer.content.decode()
    assert table.room.state is None


def test_whoever_offers_is_seen_and_the_host_says_whose_case_it_is() -> None:
    table = begun("case", "ana", "ben", "cho")
    table.move("ana", "next")
    table.move("cho", "offer")
    for who in ("ana", "ben"):
        assert "<b>Cho</b> would bring a case" in table.text(who)
    assert "Cho’s case" in table.text("ana") and "Cho’s case" not in table.text("ben")
    table.tell("ana", "case", person=str(table.people["cho"].id))
    assert "Today’s case" in table.text("ben")
    table.move("ana", "next")
    assert "Cho has the floor" in table.text("ben") and "A card for Cho" in table.text("ben")
    table.tell("ben", "cards", client_id="8f5fd5d8-9bd6-4a8e-9d0a-0a3c5a3c5a3c", kind="question", text="Since when?")
    assert "Since when?" not in table.text("cho"), "not while telling"
    table.go_to("ask")
    assert "Since when?" in table.text("cho") and "Since when?" not in table.text("ana")


def test_only_the_host_gives_the_case() -> None:
    table = begun("case", "ana", "ben", "cho")
    table.move("ana", "next")
    answer = table.post("ben", "case", person=str(table.people["ben"].id))
    assert "Only the host can do this." in answer.content.decode()
    assert table.room.state is not None and table.room.state.giver == ""


def test_the_one_with_the_case_hears_guesses_then_ideas_without_names() -> None:
    table = begun("case", "ana", "ben", "cho")
    table.go_to("causes")
    table.tell("ben", "causes", text="Nobody decides", whose="theirs")
    table.go_to("reply")
    assert "Nobody decides" in table.text("cho")
    table.go_to("ideas")
    table.tell("ana", "ideas", **{table.boxes("ana", "idea")[0]: "Ask who decides"})
    assert Idea.objects.get().text == "Ask who decides"
    table.move("ana", "next")
    assert "Ask who decides" in table.text("cho") and "Nobody decides" not in table.text("cho")


def test_in_a_round_the_others_see_whose_it_is_and_may_send_cards() -> None:
    table = begun("trio", "ana", "ben", "cho")
    table.move("ana", "next")
    state = table.room.state
    assert state is not None and state.order[-1] == str(table.people["ana"].id)
    holder = next(name for name, person in table.people.items() if str(person.id) == state.holder)
    other = next(name for name in ("ben", "cho") if name != holder)
    assert f"{holder.capitalize()}’s round, part 1 of 4: Tell it" in table.text(other)
    assert "Your round, part 1 of 4: Tell it" in table.text(holder) and "End my round" in table.text(holder)
    for _ in range(2):
        table.move("ana", "part")
    assert "Turn your chair away" in table.text(holder)


@pytest.mark.parametrize(("mode", "after"), [("seven", "causes"), ("trio", "cards")])
def test_cards_reach_their_speakers_also_when_the_time_is_up_before_the_host_has_finished(mode: str, after: str) -> None:
    table = begun(mode, "ana", "ben", "cho")
    table.move("ana", "next")
    if mode == "seven":
        table.move("ana", "part")
    state = table.room.state
    assert state is not None
    holder = next(name for name, person in table.people.items() if str(person.id) == state.holder)
    other = next(name for name in ("ben", "cho") if name != holder)
    table.tell(other, "cards", client_id=uuid.uuid4(), kind="question", text="Since when?")
    for _ in range(200):
        table.later(minutes=1)
        table.post(other, "move", move="go_on", seen="")  # any tap lets the clock be looked at
        if (state := table.room.state) is None or state.current.kind == after:
            break
    assert "Since when?" in table.text(holder) and "Since when?" not in table.text(other)
    late = {"client_id": uuid.uuid4(), "kind": "question", "to": table.people[holder].id}
    table.tell(other, "cards", **late, text="Still in time?")
    assert "Still in time?" in table.text(holder)
    table.go_to("plan")
    assert "Since when?" not in table.text(holder)
    table.tell(other, "cards", **{**late, "client_id": uuid.uuid4()}, text="From the train?")
    assert "From the train?" in table.text(holder) and "From the train?" not in table.text(other)
    table.later(minutes=1)
    table.go_to("close")
    assert "From the train?" not in table.text(holder)


def test_whoever_comes_late_is_caught_up_until_the_next_step() -> None:
    table = a_table("ana", "ben", "cho", "dan")
    table.enter("ana", "ben", "cho")
    table.tell("ana", "begin", mode="topic")
    table.go_to("ask")
    table.later(minutes=2)
    table.enter("dan")
    text = table.text("dan")
    assert "Good that you are here" in text and "Step 4 of 12: Questions only." in text
    assert "Behind us: Arrive and agree, Our question, Experiences." in text
    assert "Good that you are here" not in table.text("ben")
    table.later(minutes=1)
    table.move("ana", "next")
    assert "Good that you are here" not in table.text("dan")


def test_a_late_group_is_told_what_gives_and_the_host_may_end_later_instead() -> None:
    table = begun("topic", "ana", "ben", "cho", "dan")
    table.go_to("ask")
    table.move("ben", "pause")
    table.later(minutes=40)
    table.move("ben", "go_on")
    table.move("ana", "next")
    for who in ("ana", "ben"):
        assert "4 minutes less for New input" in table.text(who), table.text(who)
    assert "Rather end" in table.text("ana") and "Rather end" not in table.text("ben")
    before = table.room.state
    table.move("ana", "end_later")
    after = table.room.state
    assert before is not None and after is not None and after.ends_at > before.ends_at and after.taken == ()
    assert "minutes less for" not in table.text("ben")


def test_agreeing_to_the_pact_is_each_ones_own_tap() -> None:
    table = begun("seven", "ana", "ben", "cho")
    table.tell("ben", "pact")
    assert [pact.person.first_name for pact in Pact.objects.all()] == ["Ben"]


def test_who_comes_next_in_a_round_is_said_and_the_hosts_button_leaves_nobody_out() -> None:
    table = begun("topic", "ana", "ben", "cho")
    table.go_to("turns", part=1)
    state = table.room.state
    names = {str(person.id): name.capitalize() for name, person in table.people.items()}
    second, last = names[state.order[1]], names[state.order[-1]]
    assert last == "Ana" and f"<b>Next:</b> {second}" in table.text("cho", "room-table")
    footer = table.text("ana").split("<footer>")[1].split("</footer>")[0]
    assert f"Next speaker: {second}" in footer and 'value="part"' not in footer
    table.move("ana", "turn")
    assert table.room.state.holder == state.order[1]


def test_at_the_end_of_a_round_the_next_round_is_said_and_not_the_next_step() -> None:
    table = begun("trio", "ana", "ben", "cho")
    table.move("ana", "next")
    first, second = table.room.state.order[:2]
    for _ in range(3):
        table.move("ana", "part")
    name = next(person.first_name for person in table.people.values() if str(person.id) == second)
    assert table.room.state.holder == first and f"Next: {name}’s round" in table.text("ana")
    table.move("ana", "part")
    assert table.room.state.holder == second


def test_a_case_asks_nobody_to_choose_ideas_for_scores_that_are_not_given() -> None:
    table = begun("case", "ana", "ben", "cho", "dan")
    table.go_to("ideas")
    for who in ("ben", "cho", "dan"):
        table.tell(who, "ideas", **{box: f"{who} {number}" for number, box in enumerate(table.boxes(who, "idea"))})
    table.go_to("ideas", part=1)
    assert table.text("ben").count('<li class="idea">') == 9 and "Put forward" not in table.text("ben")
    assert "take back stays open" in table.text("ben")
