import argparse
import io
import json
from pathlib import Path

import pytest

from reconvene.base import tenancy
from reconvene.people.directory.arguments import add_arguments
from reconvene.people.directory_command import BAD_ROWS, DONE, LEAVING, REFUSED, Options, run
from reconvene.people.models import DirectoryImport, Organisation, Person
from tests import world

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parents[1] / "data" / "hr"


def import_people(path: Path, *words: str) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    out = io.StringIO()
    options = Options.from_arguments(parser.parse_args([str(path), *words]))
    return run(path, organisation=Organisation.objects.get(id=tenancy.current()), options=options, out=out), out.getvalue()


def test_a_file_is_imported_with_a_report_and_again_without_a_change() -> None:
    code, said = import_people(DATA / "workday.csv")

    assert code == DONE
    for words in ("6 rows, utf-8, separated by ','", "row 8, Time Zone, 'Europe/Londn'", "6 new, 0 changed", "6 of 6"):
        assert words in said
    assert import_people(DATA / "workday.csv")[1].endswith("Done. 0 people were changed.\n")


def test_a_trial_changes_nothing_and_can_save_the_mapping(tmp_path: Path) -> None:
    code, said = import_people(DATA / "bamboohr.csv", "--dry-run", "--save-mapping", str(tmp_path / "mapping.json"))

    assert (code, Person.objects.count(), DirectoryImport.objects.count()) == (DONE, 0, 0)
    assert "This was a trial" in said
    assert json.loads((tmp_path / "mapping.json").read_text())["columns"]["manager_ref"] == "Reports To"


def test_a_saved_mapping_reads_a_file_without_headings() -> None:
    assert import_people(DATA / "headless.txt", "--mapping", str(DATA / "headless-mapping.json"))[0] == DONE

    assert Person.objects.get(external_id="5").manager is None  # its manager left
    assert Person.objects.get(external_id="4").manager == Person.objects.get(external_id="3")


@pytest.mark.parametrize(
    ("name", "words"),
    [("organogram-junior.csv", "counts posts and names no people"), ("headless-mapping.json", "JSON"), ("missing.csv", "missing.csv")],
)
def test_what_cannot_be_imported_is_refused_with_a_sentence(name: str, words: str) -> None:
    code, said = import_people(DATA / name)

    assert (code, Person.objects.count(), DirectoryImport.objects.count()) == (REFUSED, 0, 0)
    assert words in said


def test_the_last_administrator_is_not_taken_away(tmp_path: Path) -> None:
    ada = world.person("ada")
    world.person("fay")

    code, said = import_people(DATA / "workday.csv", "--allow-leaving")

    assert (code, Person.objects.active().filter(id=ada.id).exists()) == (REFUSED, True)
    assert "nobody would administer" in said and "Ada Example" in said


def test_bad_rows_and_many_leaving_have_their_own_answers(tmp_path: Path) -> None:
    import_people(DATA / "workday.csv")
    path = tmp_path / "people.csv"
    path.write_text("Employee ID,Worker\n10001,Ruth Okonkwo\n10001,Somebody\n")

    assert import_people(path, "--nothing-if-bad", "--allow-leaving")[0] == BAD_ROWS
    code, said = import_people(path)
    assert (code, Person.objects.active().count()) == (LEAVING, 6)
    assert "5 of 6 people" in said
    assert "--allow-leaving" in said
    assert import_people(path, "--allow-leaving")[0] == DONE
    assert Person.objects.active().count() == 1
