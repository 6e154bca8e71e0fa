"""The guides' pages, and the library's topics as rows."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from reconvene.guides.catalogue import library, sync_topics
from reconvene.guides.markup import to_html
from reconvene.guides.models import Topic
from reconvene.guides.queries import nearest_topics, shelves
from tests import world


@pytest.mark.django_db
def test_topics_of_the_library_become_rows_once() -> None:
    assert sync_topics() == len(library().topics) == sync_topics()
    assert Topic.objects.filter(organisation=None).count() == len(library().topics)


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
        assert guide.cards[0].key in page.content.decode()
        assert client.get(f"/guides/{slug}/job-aid/").status_code == 200


@pytest.mark.django_db
def test_an_unknown_guide_is_not_there() -> None:
    assert world.sign_in(world.person("ana")).get("/guides/no-such-topic/").status_code == 404


@pytest.mark.django_db
def test_the_list_names_every_topic_and_begins_with_categories_that_have_a_guide() -> None:
    page = world.sign_in(world.person("ana")).get("/guides/")
    shown = shelves()
    assert sum(len(shelf.guides) + len(shelf.waiting) for shelf in shown) == len(library().topics)
    assert [bool(shelf.guides) for shelf in shown] == sorted([bool(shelf.guides) for shelf in shown], reverse=True)
    assert page.status_code == 200


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


def test_raw_html_in_a_guide_is_shown_as_text() -> None:
    assert to_html("**bold** <script>alert(1)</script>") == "<p><strong>bold</strong> &lt;script&gt;alert(1)&lt;/script&gt;</p>\n"
    assert "javascript" not in to_html("[x](javascript:alert(1))").replace("(javascript:", "")


@given(st.text())
def test_no_text_becomes_a_script_or_a_style(text: str) -> None:
    html = to_html(text)
    assert "<script" not in html
    assert "<style" not in html
    assert " on" not in "".join(part.split(">")[0] for part in html.split("<")[1:])
