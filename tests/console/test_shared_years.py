"""A simulated year of the shared HR files: real lists by others, each as it is."""

from pathlib import Path

import pytest

from reconvene.forming.year import Assumptions, simulate
from reconvene.forming.year_people import members_of, people_of_file
from reconvene.people.directory.columns import ColumnMapping
from reconvene.people.directory.reading import Table
from reconvene.people.directory.refusals import Unreadable
from reconvene.people.directory_forms import FileColumnsForm
from reconvene.people.directory_glance import Choose, Glance, read_once
from reconvene.people.models import Organisation
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "hr"


LADDER = ["Team lead", "Head of department", "Director"]


def read(name: str, *, choose: Choose | None = None) -> Glance:
    return read_once(Organisation.objects.get(), data=(SHARED / name).read_bytes(), filename=name, now=MONDAY, choose=choose)


def ranks(found: Glance) -> dict[str, int]:
    lines = found.lines(LADDER, smallest_is_top=bool(found.smallest_is_top))
    return {line.value: LADDER.index(line.level) + 1 for line in lines if line.level}


def test_the_cabinet_office_makes_a_year_of_216_people_with_one_at_the_top() -> None:
    found = read("uk_organogram_cabinet_office-2011-03-31-senior.csv")
    assert found.staged is not None
    people = people_of_file(found.staged, ranks=ranks(found))
    members = members_of(people)
    year = simulate(members, Assumptions(join_share=0.6), seed=1)

    assert (len(people), [one.line for one in members].count(())) == (216, 1)
    assert year.people == 216 and year.groups > 5


def test_its_headcounts_are_refused_with_the_sentence_of_the_import() -> None:
    with pytest.raises(Unreadable, match="counts posts and names no people"):
        read("uk_organogram_cabinet_office-2011-03-31-junior.csv")


def test_a_file_without_headings_makes_a_year_of_289_people_once_its_columns_are_chosen() -> None:
    before = read("adventureworks_Employee.csv")
    found = read("adventureworks_Employee.csv", choose=with_answers({"level": 4, "manager_ref": 3}))
    assert before.values == {} and found.staged is not None
    people = people_of_file(found.staged, ranks=ranks(found))

    assert found.values == {"4": 190, "3": 66, "2": 27, "1": 6} and found.smallest_is_top is True
    assert found.leaders == {"1": 6, "2": 12, "3": 28}
    assert (len(people), sum(one.boss is not None for one in people)) == (289, 289)
    assert simulate(members_of(people), Assumptions(join_share=0.6), seed=1).groups > 5


def with_answers(columns: dict[str, int]) -> Choose:
    """What the form of columns takes when these are chosen in it."""

    def choose(table: Table, guessed: ColumnMapping) -> ColumnMapping:
        asked = FileColumnsForm(table.head(3), guessed)
        answers = {name: str(columns.get(name, asked[name].value() or "")) for name in asked.fields}
        return FileColumnsForm(table.head(3), guessed, answers).taken(table.rows)

    return choose
