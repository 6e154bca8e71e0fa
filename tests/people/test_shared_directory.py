"""The shared HR files through the actions and the command line, into the database and again."""

import argparse
import io
from pathlib import Path

import pytest

from reconvene.base import tenancy
from reconvene.people.directory.arguments import add_arguments
from reconvene.people.directory_command import DONE, REFUSED, Options, run
from reconvene.people.models import Organisation, Person

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data" / "hr"


def import_people(name: str, *words: str) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    out = io.StringIO()
    options = Options.from_arguments(parser.parse_args([name, *words]))
    return run(SHARED / name, organisation=Organisation.objects.get(id=tenancy.current()), options=options, out=out), out.getvalue()


def test_the_cabinet_office_comes_in_with_its_tree_and_a_second_time_changes_nothing() -> None:
    code, said = import_people("uk_organogram_cabinet_office-2011-03-31-senior.csv")

    assert (code, Person.objects.count()) == (DONE, 216)
    assert "216 new" in said
    assert [person.name for person in Person.objects.filter(manager=None)] == ["Sir Gus O'Donnell"]
    assert Person.objects.get(external_id="161").manager == Person.objects.get(external_id="8")
    assert "0 new, 0 changed, 0 back, 0 leaving, 216 unchanged" in import_people("uk_organogram_cabinet_office-2011-03-31-senior.csv")[1]


def test_the_cabinet_offices_headcounts_are_refused() -> None:
    code, said = import_people("uk_organogram_cabinet_office-2011-03-31-junior.csv")

    assert (code, Person.objects.count()) == (REFUSED, 0)
    assert "counts posts and names no people" in said


def test_adventure_works_comes_in_through_its_saved_mapping() -> None:
    mapping = ("--mapping", str(ROOT / "tests" / "data" / "hr" / "adventureworks-mapping.json"))

    assert import_people("adventureworks_Employee.csv", *mapping)[0] == DONE

    assert Person.objects.count() == 290
    sheela = Person.objects.get(external_id="250")
    assert (sheela.name, sheela.function, sheela.manager.name) == ("sheela0", "Purchasing", "wendy0")  # type: ignore[union-attr]
    assert "290 unchanged" in import_people("adventureworks_Employee.csv", *mapping)[1]
