"""The command for those who write guides: every fault in one go, and the list of what the guides rest on."""

import re
import shutil
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest

from reconvene.base.commands import CommandFailed
from reconvene.guides.checking import folder_faults, run
from reconvene.guides.guide import Source
from reconvene.guides.heard import heard
from reconvene.guides.library import load
from reconvene.guides.sources import page, works

FOLDER = Path(__file__).resolve().parents[2] / "guides"
GUIDES = tuple(load(FOLDER).guides.values())


def test_the_shipped_library_has_nothing_to_mend(capsys):
    assert run(Namespace(what="check", paths=[])) == 0
    assert capsys.readouterr().out == "Nothing to mend.\n"


def test_every_fault_is_told_with_its_file_and_line(tmp_path):
    folder = Path(shutil.copytree(FOLDER, tmp_path / "guides"))
    guide = folder / "topics" / "delegating.md"
    guide.write_text(
        guide.read_text(encoding="utf-8").replace("levels: [F, M]", "levels: [F, X]").replace("- Key: a6-1\n", ""), encoding="utf-8"
    )
    with pytest.raises(CommandFailed) as caught:
        run(Namespace(what="check", paths=[folder]))
    first, second, count = str(caught.value).splitlines()
    assert first == "topics/delegating.md: line 6: field 'levels' must be a list like [F, M, S]."
    assert re.match(r"topics/delegating\.md: line 1\d\d: 'Say the result, .* has no 'Key'; add a line", second)
    assert count == "2 to mend."
    with pytest.raises(CommandFailed, match=f"{guide}: line 6: "):
        run(Namespace(what="check", paths=[guide]))


def test_a_guide_that_copies_another_one_is_told(tmp_path):
    folder = Path(shutil.copytree(FOLDER, tmp_path / "guides"))
    text = (folder / "topics" / "delegating.md").read_text(encoding="utf-8")
    copy = text.replace("code: A6", "code: B3").replace("slug: delegating", "slug: the-talk-i-keep-putting-off").replace("a6-", "b3-")
    (folder / "topics" / "the-talk-i-keep-putting-off.md").write_text(copy.replace("title: Delegating", "title: X"), encoding="utf-8")
    faults = folder_faults(folder)
    assert any(fault.startswith("topics/delegating.md: shares 100% of its sentences with topics/the-talk") for fault in faults)


@pytest.mark.parametrize("name", ["heard.tsv", "brought.tsv"])
def test_a_post_without_a_topic_or_a_text_is_told(tmp_path, name):
    folder = Path(shutil.copytree(FOLDER, tmp_path / "guides"))
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write("no-such-topic\tI do it all myself.\ndelegating\t \ndelegating\tI do it all myself.\n")
    last = len((folder / name).read_text(encoding="utf-8").splitlines())
    mend = "; begin with the slug of a topic, then a tab and a post."
    assert folder_faults(folder) == (
        f"{name}:{last - 2}: begins with 'no-such-topic'{mend}",
        f"{name}:{last - 1}: begins with 'delegating'{mend}",
    )


def test_every_topic_has_been_heard_of():
    assert set(heard(FOLDER)) == {guide.slug for guide in GUIDES}


def test_a_folder_that_is_no_library_is_told(tmp_path):
    with pytest.raises(CommandFailed, match=r"There is no .*nowhere"):
        run(Namespace(what="check", paths=[tmp_path / "nowhere"]))
    with pytest.raises(CommandFailed, match=r"cannot be read; a library has topics, protocols, topics\.yaml and pact\.md"):
        run(Namespace(what="check", paths=[tmp_path]))


def test_the_list_of_sources_is_current(capsys):
    """When it is not: `reconvene guides sources > docs/guides/sources.md`."""
    assert run(Namespace(what="sources", paths=[])) == 0
    assert capsys.readouterr().out == FOLDER.parent.joinpath("docs", "guides", "sources.md").read_text(encoding="utf-8")


def test_a_work_is_sure_only_when_every_guide_says_so_and_what_is_to_check_comes_first():
    doubtful = Source("Yukl and Fu, Determinants of delegation and consultation by managers (1999)", "review", is_sure=False)
    two_ways = Source("Yukl and others, Determinants (1999)", "survey", is_sure=True)
    delegating = next(guide for guide in GUIDES if guide.slug == "delegating")
    guides = (delegating, replace(delegating, code="Z1", slug="z", title="Z", sources=(doubtful, two_ways)))
    (work,) = (work for work in works(guides) if work.work == doubtful.work)
    assert (work.is_sure, set(work.kinds), [guide.code for guide in work.guides]) == (False, {"survey", "review"}, ["A6", "Z1"])
    _head, to_check, alike, everything = page(guides).split("\n## ")
    assert (to_check.count("\n| "), "Yukl and Fu" in to_check) == (3, True)
    assert "Yukl and others" in alike
    assert everything.count("\n| ") == len(works(guides)) + 2 == 6
