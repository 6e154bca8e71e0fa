"""A simulated year of the shared HR files: real lists by others, each as it is."""

from pathlib import Path

import pytest

from reconvene.forming.year import Assumptions, simulate
from reconvene.forming.year_people import members_of, people_of_file
from reconvene.people.directory.refusals import Unreadable
from reconvene.people.directory_queries import Glance, read_once
from reconvene.people.models import Level, Organisation
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "hr"


def read(name: str) -> Glance:
    return read_once(Organisation.objects.get(), data=(SHARED / name).read_bytes(), filename=name, now=MONDAY)


def test_the_cabinet_office_makes_a_year_of_216_people_with_one_at_the_top() -> None:
    staged = read("uk_organogram_cabinet_office-2011-03-31-senior.csv").staged
    people = people_of_file(staged, ranks={level.name: level.rank for level in Level.objects.all()})
    members = members_of(people)
    year = simulate(members, Assumptions(join_share=0.6), seed=1)

    assert (len(people), [one.line for one in members].count(())) == (216, 1)
    assert year.people == 216 and year.groups > 5


def test_its_headcounts_are_refused_with_the_sentence_of_the_import() -> None:
    with pytest.raises(Unreadable, match="counts posts and names no people"):
        read("uk_organogram_cabinet_office-2011-03-31-junior.csv")


def test_of_a_file_without_headings_nobodys_level_is_found() -> None:
    assert people_of_file(read("adventureworks_Employee.csv").staged, ranks={"Director": 3}) == []
