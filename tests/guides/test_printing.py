"""Guides on paper: as files that typst sets, and as a browser prints their pages."""

import io
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

from reconvene.guides.catalogue import library, sync_topics
from reconvene.guides.guide import Guide
from reconvene.guides.printing import FOLDER, Layout, _words, printed
from reconvene.guides.script import MODES
from tests import world
from tests.chromium import launch
from tests.guides.test_authoring import published

STYLES = Path(__file__).resolve().parents[2] / "src/reconvene/base/static/reconvene/reconvene.css"
LONGEST = 103 if os.environ.get("RECONVENE_FAULTS") == "full" else 3  # guides that a browser prints
FEW = 1 if os.environ.get("RECONVENE_FAULTS") == "full" else 8  # one of so many is set as a file


def read(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def words(data: bytes) -> str:
    """The words of a file in their order, hyphens at the ends of lines and all space taken out."""
    return unhyphenated("".join(page.extract_text() for page in read(data).pages))


def unhyphenated(text: str) -> str:
    return squeezed(re.sub(r"[-\u2010\u00ad]\n", "", text))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u00ad\u2010-]", "", text)


def length(guide: Guide) -> int:
    """Characters on the handout, nearly."""
    return len(guide.going_on) + sum(len(str(card)) for card in guide.cards) + sum(len(source.work) for source in guide.sources)


def delegating() -> Guide:
    return library().guides["delegating"]


def test_every_handout_is_one_sheet_and_every_booklet_can_be_folded() -> None:
    by_length = sorted(library().guides.values(), key=length, reverse=True)
    for guide in by_length[::FEW]:
        assert len(read(printed(guide, Layout.HANDOUT, organisation="Aldermoor")).pages) == 2, guide.slug
    for guide in by_length[:: 4 * FEW]:
        assert len(read(printed(guide, Layout.BOOKLET, organisation="Aldermoor")).pages) % 4 == 0, guide.slug


def test_the_handout_says_what_a_group_needs() -> None:
    guide = delegating()
    said = words(printed(guide, Layout.HANDOUT, organisation="Aldermoor"))

    parts = (
        guide.title,
        guide.headline,
        guide.lede,
        *guide.sounds_like,
        *guide.signals,
        *(source.work for source in guide.sources),
        "Aldermoor",
    )
    facts = [fact for card in guide.cards for fact in (card.title, card.fits_when, card.not_when, card.first_step, card.works_if)]
    assert [part for part in (*parts, *facts) if squeezed(part) not in said] == []
    assert squeezed("Mine to change. I describe the first steps") in said and "**" not in said


def test_the_booklet_leads_through_both_sessions_and_the_weeks_between() -> None:
    guide = delegating()
    said = words(printed(guide, Layout.BOOKLET, organisation="Aldermoor"))

    steps = [step for kind in ("first", "reconvene") for step in library().protocols[kind, "topic", 90].steps]
    lines = (*guide.key_questions, *guide.story_prompts, *guide.questions, *guide.reconvene_questions, *guide.if_then)
    weeks = (*guide.tips, *guide.buddy_questions)
    assert [part for part in (*lines, *weeks, *library().pact, *(step.host_line for step in steps)) if squeezed(part) not in said] == []
    assert squeezed("5 minutes (75: 5, 60: 4)") in said and squeezed(guide.case[:60]) in said


@pytest.mark.parametrize("mode", MODES)
def test_there_is_a_booklet_for_every_way_to_hold_the_first_session(mode: str) -> None:
    """Flagships and others alike: each step with its sentence and its parts, each turn and each part of a round with its time."""
    guide, protocol = delegating(), library().protocols["first", mode, 90]
    said = words(printed(guide, Layout.BOOKLET, organisation="Aldermoor", mode=mode))

    lines = [line for step in protocol.steps for line in (step.title, step.host_line, *(part.how for part in step.parts))]
    assert [line for line in (*lines, protocol.fits) if squeezed(line) not in said] == []
    assert (squeezed("Tell it (3 people: 5:00, 4 people: 3:45)") in said) is (mode == "trio")
    assert (squeezed("In 90 minutes everyone has, with 3 people: 6:00, 4 people: 4:30, 5 people: 3:36, 6 people: 3:00.") in said) is (
        mode in ("topic", "seven")
    )
    assert "1minutes" not in said
    assert (squeezed("One person brings a case and has the floor") in said) is (mode == "case")
    assert (squeezed("Everybody gets the same time. You speak last.") in said) is (mode in ("topic", "seven"))


def test_no_strategy_and_no_step_is_torn_at_the_foot_of_a_page() -> None:
    steps = library().protocols["first", "topic", 90].steps
    for guide in sorted(library().guides.values(), key=length, reverse=True)[:: 4 * FEW]:
        made = read(printed(guide, Layout.BOOKLET, organisation="Aldermoor"))
        pages = [unhyphenated(page.extract_text()) for page in made.pages]
        wholes = [(step.host_line, step.parts[-1].how) for step in steps] + [(card.title, card.works_if) for card in guide.cards]
        torn = [whole for whole in wholes if not any(all(squeezed(one) in page for one in whole) for page in pages)]
        assert torn == [], guide.slug


def test_what_is_longer_than_a_page_goes_on_on_the_next() -> None:
    card = replace(delegating().cards[0], action="longer " * 900 + "end.")
    made = read(printed(replace(delegating(), cards=(card,) * 4), Layout.BOOKLET, organisation="Aldermoor"))
    counts = [len(re.findall(r"\blonger\b", page.extract_text())) for page in made.pages]

    assert sum(counts) == 4 * 900 and max(counts) < 900


@pytest.mark.parametrize("layout", Layout)
def test_a_file_is_tagged_has_its_own_letters_and_says_its_language(layout: Layout) -> None:
    made = read(printed(delegating(), layout, organisation="Aldermoor"))
    root = made.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en"
    assert made.metadata and made.metadata.title and made.metadata.title.startswith("Delegating")
    fonts = {str(font.get_object()["/BaseFont"]) for page in made.pages for font in page["/Resources"]["/Font"].values()}
    assert fonts and all("+Libertinus" in font for font in fonts)  # the plus: only the letters in use are in it
    with translation.override("de"):
        assert read(printed(delegating(), layout, organisation="Aldermoor")).trailer["/Root"]["/Lang"] == "de"


@pytest.mark.parametrize("layout", Layout)
def test_what_a_guide_says_stays_words(layout: Layout) -> None:
    hostile = '#panic("no") $x$ @cite <b> \\ */ // = [no]'
    card = replace(
        delegating().cards[0],
        title=hostile,
        action=f"{hostile}\n\n| a | b |\n| --- | --- |\n| {hostile} | d |\n\n> quoted\n\n`code` [a](https://example.com)",
    )
    guide = replace(delegating(), title=hostile, going_on=hostile, job_aid=f"{hostile} ……………………", cards=(card,), key_questions=(hostile,))

    assert squeezed('#panic("no")') in words(printed(guide, layout, organisation=hostile))


def test_a_guide_of_full_length_is_still_one_sheet() -> None:
    """Six strategies as long as the checker lets them be."""
    text = "word " * 109 + "end."
    facts = dict.fromkeys(("fits_when", "not_when", "first_step", "works_if"), "many words " * 20)
    card = replace(delegating().cards[0], action=text, source="Somebody (1999), " * 8, **facts)
    guide = replace(
        delegating(), cards=(card,) * 6, going_on=delegating().going_on + "\n\n" + "word " * 60, sources=delegating().sources * 3
    )

    assert len(read(printed(guide, Layout.HANDOUT, organisation="Aldermoor")).pages) == 2


def test_every_word_of_the_layouts_comes_with_the_data_and_none_for_nothing() -> None:
    layouts = "".join((FOLDER / f"{name}.typ").read_text() for name in ("pieces", "handout", "booklet"))
    code = re.sub(r"//.*|#import.*|\"[^\"]*\"|<\w+>", "", layouts)

    assert set(re.findall(r"\bw\.(\w+)", layouts)) == set(_words(delegating()))
    assert [
        one for one in re.findall(r"\[([^\[\]]*)\]", code) if re.search(r"[A-Za-z]{3}", re.sub(r"#[\w.]+(\([^)]*\)[\w.]*)*", "", one))
    ] == []


@pytest.mark.django_db
def test_members_take_the_files_along() -> None:
    client = world.sign_in(world.person("ana"))
    page = client.get("/guides/delegating/").content.decode()
    for layout in Layout:
        assert f'href="/guides/delegating/{layout}/"' in page
        answer = client.get(f"/guides/delegating/{layout}/")
        assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
        assert answer["Content-Disposition"] == f'attachment; filename="delegating-{layout}.pdf"'
        assert client.get(f"/guides/no-such-topic/{layout}/").status_code == 404
    for mode in MODES[1:]:
        assert f'href="/guides/delegating/booklet/?mode={mode}"' in page
        answer = client.get(f"/guides/delegating/booklet/?mode={mode}")
        assert answer["Content-Disposition"] == f'attachment; filename="delegating-booklet-{mode}.pdf"'
    assert client.get("/guides/delegating/booklet/?mode=no-such-way")["Content-Disposition"].endswith('"delegating-booklet.pdf"')


@pytest.mark.django_db
def test_a_guide_in_letters_without_a_typeface_is_printed_from_its_page() -> None:
    guide = published("夜勤の引き継ぎ")
    answer = world.sign_in(world.person("ana")).get(f"/guides/{guide.slug}/handout/", follow=True)

    assert answer.redirect_chain == [(f"/guides/{guide.slug}/", 302)]
    assert "This page can be printed instead." in answer.content.decode()
    assert len(read(printed(delegating(), Layout.HANDOUT, organisation="株式会社")).pages) == 2  # the organisation's name alone is left out


@pytest.mark.django_db
def test_learning_takes_them_along_from_the_library() -> None:
    sync_topics()
    page = world.sign_in(world.person("fay")).get("/guides/ours/library/").content.decode()

    assert 'href="/guides/delegating/handout/"' in page and 'href="/guides/delegating/booklet/"' in page


@pytest.mark.django_db
def test_a_browser_prints_a_guide_on_one_sheet_and_a_job_aid_on_one_side() -> None:
    guides = library().guides.values()
    wanted = {f"/guides/{guide.slug}/": 2 for guide in sorted(guides, key=length)[-LONGEST:]}
    wanted |= {f"/guides/{guide.slug}/job-aid/": 1 for guide in sorted(guides, key=lambda guide: guide.job_aid.count("\n"))[-LONGEST:]}
    client = world.sign_in(world.person("ana"))

    assert printed_pages({path: page_of(client, path) for path in wanted}) == wanted


def page_of(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def printed_pages(pages: dict[str, str]) -> dict[str, int]:
    """How many pages Chromium prints of each, on A4."""
    found = {}
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        for path, html in pages.items():
            page.set_content(re.sub(r'<link rel="stylesheet"[^>]*>', lambda _link: f"<style>{STYLES.read_text()}</style>", html))
            found[path] = len(read(page.pdf(prefer_css_page_size=True)).pages)
        browser.close()
    return found
