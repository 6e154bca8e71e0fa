"""The guides' pages, and the library's topics as rows."""

import re
from itertools import groupby

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from reconvene.guides.catalogue import library, sync_topics
from reconvene.guides.guide import Guide, Source
from reconvene.guides.markup import to_html, with_lines
from reconvene.guides.models import Topic
from reconvene.guides.queries import find_guides, nearest_topics
from reconvene.guides.search import Index
from reconvene.guides.showing import _cited, _linked
from tests import world


@pytest.mark.django_db
def test_topics_of_the_library_become_rows_once() -> None:
    assert sync_topics() == len(library().topics) == sync_topics()
    assert Topic.objects.filter(organisation=None).count() == len(library().topics)


@pytest.mark.django_db
def test_nothing_is_written_when_the_library_has_not_changed() -> None:
    sync_topics()
    with CaptureQueriesContext(connection) as asked:
        sync_topics()

    assert [query["sql"].split()[0] for query in asked] == ["SAVEPOINT", "SELECT", "RELEASE"]


@pytest.mark.django_db
def test_topics_stand_in_the_order_of_the_library_so_that_each_category_is_there_once() -> None:
    sync_topics()
    Topic.objects.create(organisation=None, code="A0", slug="gone", title="Gone", category="Old", place=3)
    sync_topics()
    topics = list(Topic.objects.filter(organisation=None))
    assert [topic.slug for topic in topics] == [*library().guides, "gone"]
    assert [name for name, _topics in groupby(topic.category for topic in topics)] == [*(one.name for one in library().categories), "Old"]


@pytest.mark.django_db
def test_a_topic_that_was_renamed_keeps_its_row() -> None:
    sync_topics()
    entry = library().topics[0]
    row = Topic.objects.get(slug=entry.slug)
    Topic.objects.filter(id=row.id).update(title="Old title")
    sync_topics()
    assert Topic.objects.get(id=row.id).title == entry.title


@pytest.mark.django_db
def test_every_guide_and_job_aid_opens() -> None:
    client = world.sign_in(world.person("ana"))
    for slug, guide in library().guides.items():
        page = client.get(f"/guides/{slug}/")
        assert page.status_code == 200
        shown = page.content.decode()
        parts = (guide.what_it_is, guide.if_then[0], *guide.signals, *(source.work for source in guide.sources))
        assert all(escape(part) in shown for part in (*parts, guide.caution))
        assert escape(guide.what_it_is_not) in re.sub(r"</?a\b[^>]*>", "", shown)
        assert all(escape(text) in shown for card in guide.cards for text in (card.key, card.not_when, card.first_step, card.works_if))
        assert client.get(f"/guides/{slug}/job-aid/").status_code == 200


@pytest.mark.django_db
def test_the_parts_of_a_guide_take_about_as_long_as_the_whole() -> None:
    client = world.sign_in(world.person("ana"))
    for slug in ("delegating", "ethics-and-grey-zones"):
        page = client.get(f"/guides/{slug}/").content.decode()
        parts = [int(minutes) for minutes in re.findall(r'<li><a href="#[a-z]+">[^<]+</a> <span>(\d+) min</span>', page)]
        assert abs(sum(parts) - library().guides[slug].minutes) <= 2
        assert max(parts) == parts[2]  # things to try


@pytest.mark.django_db
def test_an_unknown_guide_is_not_there() -> None:
    assert world.sign_in(world.person("ana")).get("/guides/no-such-topic/").status_code == 404


@pytest.mark.django_db
def test_the_list_names_every_guide_under_its_category() -> None:
    page = world.sign_in(world.person("ana")).get("/guides/").content.decode()
    for guide in library().guides.values():
        assert f'<a href="/guides/{guide.slug}/">{escape(guide.title)}</a>' in page
    assert sum(len(shelf.guides) for shelf in find_guides()) == len(library().guides)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("q=delegate", "delegating"),
        ("q=my+team+never+says+anything+in+the+round", "nobody-speaks-up"),
        ("q=zwei+Kollegen+streiten", "conflict-between-two-people"),
        ("q=FEEDBACK&level=F", "giving-feedback"),
        ("q=night+shift+roster", "shifts-and-rosters"),
        ("q=my+best+people+are+leaving", "keeping-people"),
        ("q=how+to+say+no&category=projects", "too-many-priorities"),
        ("q=zu+viele+Besprechungen", "meetings-that-eat-the-week"),
        ("q=Homeoffice+und+Büro", "hybrid-and-remote"),
        ("category=time", "too-much-to-do"),
    ],
)
def test_a_guide_is_found_by_words_category_and_level(query: str, wanted: str) -> None:
    page = world.sign_in(world.person("ana")).get(f"/guides/?{query}").content.decode()
    assert wanted in re.findall(r'<h3><a href="/guides/([a-z-]+)/"', page)[:3]


@pytest.mark.django_db
def test_a_search_without_a_find_says_what_to_do() -> None:
    client = world.sign_in(world.person("ana"))
    assert "Nothing for “xylophone zebra”" in client.get("/guides/?q=xylophone+zebra").content.decode()
    assert "Nothing for" in client.get("/guides/?q=qwertz+asdf+yxcv").content.decode()
    assert client.get("/guides/?category=nowhere&level=Z").content.decode().count("<h3>") == len(library().guides)


@pytest.mark.parametrize("typed", ["1:1", "1-1", "1on1", "1 on 1", "1:1s", "One on one", "one-to-ones"])
def test_a_talk_between_two_is_found_however_it_is_written(typed: str) -> None:
    assert find_guides(words=typed)[0].guides[0].slug == "one-to-ones-worth-the-time"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("deligate", "delegating"),
        ("delgeate", "delegating"),
        ("feedbak", "giving-feedback"),
        ("meetngs", "meetings-that-eat-the-week"),
        ("Überllastett", ""),  # two slips: nothing is guessed
    ],
)
def test_one_slip_of_the_keys_finds_what_was_meant(typed: str, meant: str) -> None:
    assert [shelf.guides[0].slug for shelf in find_guides(words=typed)] == ([meant] if meant else [])


def test_a_word_that_stands_somewhere_is_taken_as_it_is() -> None:
    said = {"one": "who sits in the chair", "two": "a chain of shops", "three": "the supply chain"}
    index = Index((), titles=said)
    assert index.find("chair") == ("one",)
    assert set(index.find("chain")) == set(index.find("chani")) == set(index.find("chaim")) == {"two", "three"}


def test_a_word_counts_more_than_its_other_endings_and_a_longer_word_is_another() -> None:
    index = Index(
        (), titles={"one": "I miss the work", "two": "the mission of the house", "three": "micromanage", "four": "it is all over"}
    )
    assert index.find("mission") == ("two", "one")
    assert index.find("micromanagement") == ("three",)
    assert index.find("overtime") == ()
    assert Index((), titles={"one": "there is a party", "two": "the price"}).find("therapist partition priceless") == ()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("prioritization", "too-many-priorities"),
        ("procurement", "suppliers-and-contractors"),
        ("absenteeism", "late-or-not-there"),
        ("PIP", "underperformance"),
        ("staff turnover", "keeping-people"),
        ("succession", "growing-a-successor"),
        ("ChatGPT", "ai-and-new-tools"),
    ],
)
def test_what_managers_type_in_a_word_is_found(typed: str, meant: str) -> None:
    assert find_guides(words=typed)[0].guides[0].slug == meant


def test_only_guides_of_a_level_and_a_category_are_shown() -> None:
    assert {guide.levels for guide in library().guides.values()} > {("M", "S")}
    found = [guide for shelf in find_guides(level="F") for guide in shelf.guides]
    assert found == [guide for guide in library().guides.values() if "F" in guide.levels]
    assert [shelf.category.key for shelf in find_guides(category="conflict") if shelf.category] == ["conflict"]


@pytest.mark.django_db
def test_anybody_may_read_the_pact() -> None:
    page = Client().get("/pact/")
    assert page.status_code == 200
    assert page.content.decode().count("<li>") == len(library().pact)


@pytest.mark.django_db
def test_words_of_a_person_lead_to_a_topic() -> None:
    sync_topics()
    near = nearest_topics(world.person("ana"), text="I delegate work and it comes back half done", most=2)
    assert near
    assert nearest_topics(world.person("ana"), text="  ") == []


def test_rows_of_dots_are_lines_to_write_on() -> None:
    aid = with_lines(to_html("- Done when: " + "…" * 18 + "\n- On: " + "…" * 7 + " and… later"))
    assert aid.count('<span class="fill"></span>') == aid.count('<span class="fill" data-short></span>') == 1
    assert "and… later" in aid


def test_raw_html_in_a_guide_is_shown_as_text() -> None:
    assert to_html("**bold** <script>alert(1)</script>") == "<p><strong>bold</strong> &lt;script&gt;alert(1)&lt;/script&gt;</p>\n"
    assert "javascript" not in to_html("[x](javascript:alert(1))").replace("(javascript:", "")


@given(st.text())
def test_no_text_becomes_a_script_or_a_style(text: str) -> None:
    html = to_html(text)
    assert "<script" not in html
    assert "<style" not in html
    assert " on" not in "".join(part.split(">")[0] for part in html.split("<")[1:])


@pytest.mark.django_db
def test_where_it_belongs_instead_leads_there() -> None:
    page = world.sign_in(world.person("ana")).get("/guides/late-or-not-there/").content.decode()

    said = page[page.index("What it is not.") :]
    said = said[: said.index("</p>")]
    assert re.findall(r'<a href="/guides/([^/]+)/">', said) == [
        "absence-distress-return",
        "part-time-and-caring-duties",
        "underperformance",
    ]
    assert "absence, distress and return</a>" in said


def test_a_title_inside_a_word_and_its_own_lead_nowhere() -> None:
    titles = (("Silos", "silos"), ("A & B", "a-b"))

    assert (
        _linked("silos, Silos and siloses; <b> a & b", titles)
        == '<a href="/guides/silos/">silos</a>, Silos and siloses; &lt;b&gt; <a href="/guides/a-b/">a &amp; b</a>'
    )
    assert _linked("nothing", ()) == "nothing"


def test_each_work_that_a_strategy_names_leads_to_its_line_among_the_sources() -> None:
    works = [Source("Ilgen and Davis, Bearing bad news (2000)", "theory", True), Source("Locke, A <theory> (1990)", "book", True)]

    assert str(_cited("<i> Locke and colleagues (1990), after Davis (2000); Nobody (1990)", works)) == (
        '&lt;i&gt; Locke and colleagues (1990)<sup><a href="#source-2" aria-label="Source 2">2</a></sup>'
        ', after Davis (2000)<sup><a href="#source-1" aria-label="Source 1">1</a></sup>; Nobody (1990)'
    )
    assert _cited("long practice", works) == "long practice"


@pytest.mark.django_db
def test_every_source_mark_of_a_page_has_its_line() -> None:
    page = world.sign_in(world.person("ana")).get("/guides/fair-reviews/").content.decode()

    marks = re.findall(r'<sup><a href="#(source-\d)" aria-label="Source \d">\d</a></sup>', page)
    assert marks == [f"source-{number}" for number in range(1, 8)]
    assert re.findall(r'<li id="(source-\d)">', page) == [f"source-{number}" for number in range(1, 8)]


@pytest.mark.django_db
@pytest.mark.parametrize(("looked_for", "told"), [("sexual+harassment", True), ("feedback", False), ("", False)])
def test_who_looks_for_words_of_harm_is_told_where_to_turn(looked_for: str, told: bool) -> None:
    client = world.sign_in(world.person("ana"))

    assert ("This may be harassment or violence." in client.get(f"/guides/?q={looked_for}").content.decode()) is told


@pytest.mark.parametrize("guide", [pytest.param(guide, id=guide.slug) for guide in library().guides.values()])
def test_every_work_that_a_guide_names_has_a_number_of_its_own(guide: Guide) -> None:
    for card in guide.cards:
        cited = str(_cited(card.source, guide.sources))
        assert len(re.findall(r"\(\d{4}\)<sup>", cited)) == len(re.findall(r"\b(?:19|20)\d\d\b", card.source)), card.key
        for author, year, number in re.findall(r"([A-Z][\w’-]+) and others \((\d{4})\)<sup><a href=\"#source-(\d+)\"", cited):
            first = [place for place, source in enumerate(guide.sources, 1) if source.work.startswith(author) and year in source.work]
            assert not first or int(number) in first, card.key
