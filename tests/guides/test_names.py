"""What an organisation calls the topics: everywhere there and nowhere else, whatever asks; and what the page that arranges the library refuses."""

import re
import threading
import uuid

import pytest
from django.db import connection, connections
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reconvene.base import tenancy
from reconvene.challenges.models import Challenge
from reconvene.guides.authoring.arrangement import NamesTaken, Placed, arrange
from reconvene.guides.catalogue import library, sync_topics
from reconvene.guides.models import Topic, TopicArrangement
from reconvene.guides.ours import guide_for, library_for
from tests import world
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
LIBRARY = "/guides/ours/library/"
NEW = "Handing work on"


def rename(slug: str = "delegating", title: str = NEW) -> None:
    """Fay gives a topic another name."""
    arrange(world.person("fay"), placed={slug: Placed(False, None, title)}, now=MONDAY)


def send(client: Client, **names: str) -> dict[str, str]:
    """What the form sends for these topics, by slug with low lines, each with what is typed as its name."""
    rows = {row.topic.slug: row for _name, rows in client.get(LIBRARY).context["form"].categories for row in rows}
    sent = {}
    for name, typed in names.items():
        row = rows[name.replace("_", "-")]
        sent |= {f"there-{row.topic.slug}": row.opened, f"offer-{row.topic.slug}": "on", f"called-{row.topic.slug}": typed}
    return sent


def named() -> dict[str, str]:
    """The names that are kept, by slug."""
    return dict(TopicArrangement.objects.exclude(title="").values_list("topic__slug", "title"))


def test_a_name_is_read_by_every_query_without_another_one() -> None:
    sync_topics()
    ours = library().guides["delegating"].title
    world.make_challenge(world.person("ana"), topic=world.topic())
    rename()
    with CaptureQueriesContext(connection) as asked:
        assert Topic.objects.get(slug="delegating").title == NEW
        assert Challenge.objects.select_related("topic").get().topic.title == NEW
        assert list(Challenge.objects.values_list("topic__title", flat=True)) == [NEW]
        assert list(Challenge.objects.values_list("topic__title").annotate(Count("id"))) == [(NEW, 1)]
        assert Topic.objects.only("slug", "title").filter(title=NEW).count() == 1
        assert not Topic.objects.filter(title=ours).exists()
    assert len(asked) == 6
    titles = list(
        Topic.objects.filter(slug__in=["delegating", "giving-feedback", "hiring-well"]).order_by("title").values_list("title", flat=True)
    )
    assert NEW in titles and titles == sorted(titles)


@pytest.mark.nowhere
def test_another_organisation_and_whoever_works_for_none_read_our_name() -> None:
    sync_topics()
    ours = library().guides["delegating"].title
    with tenancy.within(world.make_organisation("Aldermoor").id):
        rename()
        assert Topic.objects.get(slug="delegating").title == NEW
    other = world.make_organisation("Brandt")
    with tenancy.within(other.id):
        gil = world.sign_in(world.person("gil"))
        assert Topic.objects.get(slug="delegating").title == ours
        assert library_for(other.id) is library()
        for address in ("/guides/", "/guides/?q=handing+work+on", "/guides/delegating/", "/challenges/new/?topic=delegating"):
            assert NEW not in gil.get(address).content.decode()
    assert Topic.objects.get(slug="delegating").title == ours
    assert sync_topics() == len(library().topics)
    with tenancy.within(other.id), connection.cursor() as cursor:  # as a backup reads: every organisation
        cursor.execute("SELECT set_config('reconvene.organisation', '*', true)")
        assert Topic.objects.get(slug="delegating").title == ours


def test_what_is_written_to_a_topic_stays_our_name() -> None:
    sync_topics()
    rename()
    sync_topics()
    with connection.cursor() as cursor:
        cursor.execute("SELECT title FROM guides_topic WHERE slug = 'delegating'")
        assert cursor.fetchone()[0] == library().guides["delegating"].title
    assert Topic.objects.get(slug="delegating").title == NEW


def test_members_read_the_name_wherever_they_read_a_topic() -> None:
    sync_topics()
    fay, ours = world.sign_in(world.person("fay")), library().guides["delegating"].title
    group = world.make_group(*world.people("ana", "ben", "cho"))
    rename()
    ana = world.sign_in(world.person("ana"))
    challenge = Challenge.objects.get(person=world.person("ana"))
    pages = {
        ana: [
            "/", "/guides/", "/guides/delegating/", "/guides/delegating/job-aid/", f"/groups/{group.id}/", f"/challenges/{challenge.id}/",
            "/challenges/new/?topic=delegating", "/playbook/?topic=delegating", "/playbook/sheets/delegating/", "/calls/new/",
        ],
        fay: ["/guides/ours/new/", "/console/demand/", "/console/groups/new/"],
    }  # fmt: skip
    told = {address: client.get(address, follow=True) for client, addresses in pages.items() for address in addresses}
    assert {address: answer.status_code for address, answer in told.items()} == dict.fromkeys(told, 200)
    texts = {address: answer.content.decode() for address, answer in told.items()}
    assert {address: NEW in text for address, text in texts.items()} == dict.fromkeys(told, True)
    assert [address for address, text in texts.items() if re.search(rf"[>“\"]\s*{ours}\s*[<:”\"]", text)] == []
    found = ana.get("/guides/?q=handing+work+on").content.decode()
    assert f'<a href="/guides/delegating/">{NEW}</a>' in found
    assert f'<a href="/guides/delegating/">{NEW}</a>' in ana.get("/guides/?q=delegate").content.decode()


def test_a_hidden_topic_keeps_its_name_for_those_who_have_it() -> None:
    sync_topics()
    arrange(world.person("fay"), placed={"delegating": Placed(True, None, NEW)}, now=MONDAY)
    page = world.sign_in(world.person("ana")).get("/guides/delegating/").content.decode()
    assert NEW in page and library().guides["delegating"].title not in page
    guide = guide_for(Topic.objects.get(slug="delegating"))
    assert guide is not None and guide.title == NEW


def test_l_and_d_names_topics_beside_each_other_and_empty_is_our_name_again() -> None:
    sync_topics()
    fay = world.sign_in(world.person("fay"))
    both = send(fay, delegating=f"  {NEW} "), send(fay, giving_feedback="Saying it")
    assert [fay.post(LIBRARY, sent).status_code for sent in both] == [302, 302]
    assert named() == {"delegating": NEW, "giving-feedback": "Saying it"}
    assert f'value="{NEW}"' in fay.get(LIBRARY).content.decode()
    assert fay.post(LIBRARY, send(fay, delegating="", giving_feedback=library().guides["giving-feedback"].title)).status_code == 302
    assert named() == {}
    assert library_for(tenancy.current()).guides["delegating"] is library().guides["delegating"]


def test_a_name_that_cannot_be_is_said_kept_as_typed_and_nothing_is_half_saved() -> None:
    sync_topics()
    fay, feedback = world.sign_in(world.person("fay")), library().guides["giving-feedback"].title
    for typed, said in (
        ("   ", "There are only spaces."),
        ("x" * 121, "121 characters; 120 fit."),
        ("Hand\x07over", "It holds a character that cannot be seen"),
        ("Hand\u202eover", "It holds a character that cannot be seen"),
        ("Hand\nover", "It holds a character that cannot be seen"),
        ("<b>Hand over</b>", "A name is plain words"),
        ("[Hand](https://a.example)", "A name is plain words"),
        (feedback.upper(), f"is a name of “{feedback}” already"),
    ):
        answer = fay.post(LIBRARY, {**send(fay, hiring_well="Finding people"), **send(fay, delegating=typed)})
        rows = {row.topic.slug: row for _name, rows in answer.context["form"].categories for row in rows}
        assert (answer.status_code, rows["delegating"].called, rows["hiring-well"].called) == (422, typed, "Finding people")
        assert said in answer.content.decode() and "Not kept yet" in answer.content.decode()
        assert named() == {}
    assert fay.post(LIBRARY, send(fay, delegating="Führen von Mitarbeiter*innen & co")).status_code == 302


def test_a_name_belongs_to_one_topic_also_when_it_stands_behind_another_one() -> None:
    sync_topics()
    rename()
    for slug, title in (("giving-feedback", NEW.lower()), ("giving-feedback", library().guides["delegating"].title)):
        with pytest.raises(NamesTaken) as refused:
            rename(slug, title)
        assert refused.value.by_slug == {slug: NEW}
    fay = world.person("fay")
    arrange(fay, placed={"delegating": Placed(False, None), "giving-feedback": Placed(False, None, NEW)}, now=MONDAY)
    assert named() == {"giving-feedback": NEW}


@pytest.fixture
def company(transactional_db: None) -> uuid.UUID:
    """An organisation whose rows others see at once."""
    sync_topics()
    return world.make_organisation().id


@pytest.mark.nowhere
@pytest.mark.django_db(transaction=True)
def test_of_two_who_give_one_name_at_the_same_moment_one_is_told(company: uuid.UUID) -> None:
    with tenancy.within(company):
        fay = world.person("fay")
    ready, told = threading.Barrier(2), list[str]()

    def give(slug: str) -> None:
        with tenancy.within(company):
            ready.wait()
            try:
                arrange(fay, placed={slug: Placed(False, None, NEW)}, now=MONDAY)
                told.append("kept")
            except NamesTaken as refused:
                told.append(refused.by_slug[slug])
        connections.close_all()

    both = [threading.Thread(target=give, args=[slug]) for slug in ("delegating", "giving-feedback")]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert sorted(told) == sorted([NEW, "kept"])
    with tenancy.within(company):
        assert list(named().values()) == [NEW]


def test_pages_take_as_many_queries_with_names_as_without() -> None:
    sync_topics()
    world.make_group(*world.people("ana", "ben", "cho"))
    ana = world.sign_in(world.person("ana"))

    def queries(address: str) -> int:
        ana.get(address)
        with CaptureQueriesContext(connection) as held:
            ana.get(address)
        return len(held)

    addresses = ("/", "/guides/", "/guides/delegating/", "/challenges/new/", "/playbook/?topic=delegating")
    before = [queries(one) for one in addresses]
    for number, slug in enumerate(library().categories[0].slugs):
        rename(slug, f"Name {number}")
    assert [queries(one) for one in addresses] == before
