import csv
from datetime import date, datetime
from pathlib import Path

import pytest

from reconvene.config.cli import parser
from reconvene.forming import headless
from reconvene.text.cells import FORMULA_STARTS

DATA = Path(__file__).resolve().parents[1] / "data" / "match"
PEOPLE, CHALLENGES, CALENDARS = DATA / "people.csv", DATA / "challenges.csv", DATA / "calendars"


def match(out: Path, *more: str, people: Path = PEOPLE, challenges: Path = CHALLENGES) -> list[dict[str, str]]:
    """Run the command as the command line would; return the rows it wrote."""
    words = ["match", "--people", people, "--challenges", challenges, "--out", out, "--start", "2026-03-02", *more]
    assert headless.run(parser().parse_args([str(word) for word in words])) == 0
    return list(csv.DictReader(out.open(encoding="utf-8-sig")))


def test_everyone_is_in_one_group_or_waits_with_a_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = match(tmp_path / "groups.csv")
    seated, waiting = [row for row in rows if row["group"]], [row for row in rows if not row["group"]]

    assert sorted(row["person"] for row in rows) == ["1", "2", "3", "4", "5", "6", "7", "8"]
    assert len({row["person"] for row in rows}) == len(rows)
    assert len(seated) == 7
    assert sum(row["role"] == "host" for row in seated) == len({row["group"] for row in seated}) == 2
    assert all(row["reasons"] for row in rows)
    assert {row["role"] for row in waiting} == {"waits"}
    printed = capsys.readouterr()
    assert "8 challenges, 2 groups with 7 seats, 1 people wait." in printed.out
    assert "nobody in the people's file is '99'" in printed.err


def test_nobody_sits_with_somebody_above_them(tmp_path: Path) -> None:
    for row in match(tmp_path / "groups.csv"):
        together = {other["person"] for other in match(tmp_path / "groups.csv") if other["group"] == row["group"] != ""}
        assert not {"2", "7"} <= together  # Flo reports to Ana


def test_both_dates_lie_25_to_35_days_apart_at_one_wall_time(tmp_path: Path) -> None:
    for row in match(tmp_path / "groups.csv"):
        if row["group"]:
            first, second = (datetime.fromisoformat(row[column]) for column in ("first_session", "reconvene"))
            assert 25 <= (second.date() - first.date()).days <= 35
            assert first.time() == second.time()
            assert row["zone"]


def test_calendars_keep_sessions_out_of_busy_times(tmp_path: Path) -> None:
    free = match(tmp_path / "free.csv")
    busy = match(tmp_path / "busy.csv", "--availability", str(CALENDARS))
    first = datetime.fromisoformat(next(row["first_session"] for row in busy if row["person"] == "2"))

    assert datetime.fromisoformat(free[0]["first_session"]).date() < date(2026, 3, 7)
    assert first.date() > date(2026, 3, 7)
    assert not (first.weekday() == 0 and first.hour < 12)


def test_no_cell_is_taken_for_a_formula(tmp_path: Path) -> None:
    rows = match(tmp_path / "groups.csv")

    assert next(row["name"] for row in rows if row["person"] == "6") == "'=SUM(A1)"
    for row in rows:
        assert not any(cell.startswith(FORMULA_STARTS) for cell in row.values())


def test_the_same_seed_gives_the_same_file_byte_for_byte(tmp_path: Path) -> None:
    for name in ("one.csv", "two.csv"):
        match(tmp_path / name, "--seed", "5")

    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


def test_the_groups_are_printed_readably_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    match(tmp_path / "groups.csv", "--explain")
    printed = capsys.readouterr().out

    for words in ("Group 1:", "hosts the first session", "Still waiting:", "Ruth Fox", "All 3 raised the same topic."):
        assert words in printed


def test_topics_that_are_not_given_are_guessed_and_do_not_keep_people_apart(tmp_path: Path) -> None:
    bare = tmp_path / "bare.csv"
    rows = csv.DictReader(CHALLENGES.open())
    bare.write_text("person,text\n" + "\n".join(f'{row["person"]},"{row["text"]}"' for row in rows))
    seated = [row for row in match(tmp_path / "groups.csv", challenges=bare) if row["group"]]

    assert len(seated) >= 6


BAD = {
    "nothing there": (None, CHALLENGES),
    "empty people": (b"", CHALLENGES),
    "binary people": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, CHALLENGES),
    "empty challenges": (PEOPLE, b""),
    "challenges without the columns": (PEOPLE, b"who,what\n1,something\n"),
    "binary challenges": (PEOPLE, b"\x00\x01\x02" * 500),
}


@pytest.mark.parametrize("case", BAD)
def test_files_that_cannot_be_used_end_with_a_sentence(tmp_path: Path, case: str, capsys: pytest.CaptureFixture[str]) -> None:
    paths = []
    for name, given in zip(("people", "challenges"), BAD[case], strict=True):
        path = given if isinstance(given, Path) else tmp_path / f"{name}.csv"
        if isinstance(given, bytes):
            path.write_bytes(given)
        paths.append(path)
    with pytest.raises(headless.CommandFailed) as failure:
        match(tmp_path / "groups.csv", people=paths[0], challenges=paths[1])

    assert str(failure.value).endswith(".")
    assert "Traceback" not in str(failure.value)


def test_a_date_or_a_place_to_write_that_makes_no_sense_ends_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(headless.CommandFailed, match="is not a date"):
        match(tmp_path / "groups.csv", "--start", "tomorrow")
    with pytest.raises(headless.CommandFailed, match="cannot be written"):
        match(tmp_path / "missing" / "groups.csv")


def test_a_broken_calendar_is_named_and_the_person_taken_as_free(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "2.ics").write_bytes(b"\x00 not a calendar")
    rows = match(tmp_path / "groups.csv", "--availability", str(tmp_path))

    assert len(rows) == 8
    assert "2.ics is not a calendar that can be read; Ana Reed is taken as free." in capsys.readouterr().err


def test_a_file_without_anybody_who_raised_something_writes_only_the_heading(tmp_path: Path) -> None:
    nobody = tmp_path / "challenges.csv"
    nobody.write_text("person,text\n98,unknown\n")

    assert match(tmp_path / "groups.csv", challenges=nobody) == []
