"""Versions of built-in guides: from a copy through a second person's hands to everybody here, under the same topic, and back."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reconvene.base import tenancy
from reconvene.challenges.queries import likely_topics
from reconvene.groups.models import Cycle
from reconvene.guides import ours
from reconvene.guides.authoring import actions
from reconvene.guides.authoring.actions import Refused
from reconvene.guides.authoring.arrangement import Placed, arrange
from reconvene.guides.authoring.boxes import FIELDS, read
from reconvene.guides.authoring.checks import check
from reconvene.guides.catalogue import library, sync_topics
from reconvene.guides.finding import find
from reconvene.guides.guide import Guide
from reconvene.guides.jobs import learn_guides
from reconvene.guides.models import GuideVectors, GuideVersion, OwnGuide, Topic, TopicArrangement
from reconvene.guides.ours import guide_for, library_for, mark_of
from reconvene.guides.queries import find_guides, nearest_topics, tip_for
from reconvene.guides.script import BUILT_IN, parse_guide
from reconvene.guides.sheet import ScriptError
from reconvene.rooms.script import guide_of
from tests import world
from tests.guides.test_authoring import DESK, boxes, publish, second
from tests.world import MONDAY, TUESDAY

pytestmark = pytest.mark.django_db
GERMAN = "Aufgaben abgeben"
WEDNESDAY = TUESDAY + timedelta(days=1)
THURSDAY = WEDNESDAY + timedelta(days=1)


def original() -> Guide:
    """The guide that is adapted."""
    return library().guides["delegating"]


def topic() -> Topic:
    """Its topic, as it is called here."""
    return Topic.objects.get(organisation=None, slug="delegating")


def adapt(**changed: str) -> OwnGuide:
    """Fay's copy of it, with other words in some boxes."""
    sync_topics()
    guide, fay = actions.adapt_guide(world.person("fay"), slug="delegating", now=MONDAY), world.person("fay")
    words = {**guide.words, "title": GERMAN, **changed}
    actions.keep_words(guide, words=words, category=guide.category, edition=guide.edition, by=fay, now=MONDAY)
    guide.refresh_from_db()
    return guide


def test_a_built_in_guide_is_adapted_reviewed_and_stands_in_its_place_under_the_same_topic() -> None:
    sync_topics()
    fay, lea, ana = (world.sign_in(one) for one in (world.person("fay"), second(), world.person("ana")))
    group = world.make_group(*world.people("ana", "ben", "cho"))
    made = fay.post(f"{DESK}adaptation/", {"slug": "delegating"})
    guide = OwnGuide.objects.get()
    assert made.url == fay.post(f"{DESK}adaptation/", {"slug": "delegating"}).url == f"{DESK}{guide.id}/"
    assert (guide.slug, guide.code, guide.adapts, guide.words["card-1-key"]) == (
        "delegating",
        original().code,
        original().reviewed_on,
        original().cards[0].key,
    )
    desk = fay.get(made.url).content.decode()
    assert f"Your version of the built-in guide “{original().title}”." in desk and "Ready for a second person" in desk
    assert fay.post(f"{DESK}{guide.id}/words/", boxes(fay, guide, title=GERMAN, headline="Wer abgibt, führt")).status_code == 302
    assert OwnGuide.objects.get().edition == 2
    assert f"your version of “{original().title}”" in fay.get(DESK).content.decode()
    fay.post(f"{DESK}{guide.id}/handing-in/", {"version": 2})
    assert original().title in ana.get("/guides/delegating/").content.decode()
    review = lea.get(f"{DESK}{guide.id}/review/").content.decode()
    assert f"Below is where it differs from the guide “{original().title}”, with which it began." in review
    assert GERMAN in review and original().case[:40] not in review
    lea.post(f"{DESK}{guide.id}/review/", {"do": "publish", "version": 2})

    page = ana.get("/guides/delegating/").content.decode()
    assert "Wer abgibt, führt" in page
    assert f"Your organisation’s version of the built-in guide “{original().title}”, by its L&amp;D." in page.replace("L&D", "L&amp;D")
    assert f'<a href="/guides/delegating/">{GERMAN}</a>' in ana.get("/guides/").content.decode()
    assert GERMAN in ana.get("/challenges/new/?topic=delegating").content.decode()
    assert GERMAN in ana.get(f"/groups/{group.id}/").content.decode()
    assert ana.get("/guides/delegating/handout/").status_code == 200
    assert Topic.objects.filter(slug="delegating").count() == 1 and topic().title == GERMAN
    assert fay.get(f"{DESK}{guide.id}/versions/1/").status_code == 200
    assert GERMAN in fay.get(f"{DESK}{guide.id}/comparison/").content.decode()
    assert "Our version on the desk" in fay.get("/guides/delegating/").content.decode()


def test_a_copy_of_every_built_in_guide_can_be_handed_in() -> None:
    found = {
        slug: check(read(guide), code=guide.code, slug=slug, today=MONDAY.date(), adapts=guide.reviewed_on)
        for slug, guide in library().guides.items()
    }
    assert [(slug, one.wrong, one.empty) for slug, one in found.items() if not one.is_ready] == []
    assert all(
        one.guide == replace(library().guides[slug], reviewed_on=MONDAY.date(), adapts=original().reviewed_on)
        for slug, one in found.items()
        if one.guide
    )


def in_another_language(sentence: str, question: str, longest: int) -> dict[str, str]:
    """The boxes of the guide with every text in it written anew, as long as it was or, in a language of longer or shorter words, as that makes it."""
    words = read(original())
    for name, field in FIELDS.items():
        if not words[name] or field.kind in ("key", "tick", "choice") or name == "sources" or name.endswith(("-source", "-strength")):
            continue
        mark = question if "question" in name or name.startswith("buddy") else sentence
        rows = [f"{len(name)}.{number} {mark}" for number, _line in enumerate(words[name].split("\n"), 1)]
        words[name] = (
            "\n".join(rows)
            if field.kind == "list" or name == "job_aid"
            else " ".join([mark] * max(1, min(longest, len(words[name].split()) // len(mark.split()))))
        )
    return words | {
        "title": "Loslassen",
        "headline": "Kurz",
        "phrases_de": "",
        **{f"card-{number}-title": f"{number}." for number in range(1, 6)},
        **{f"tip-{week}": "Jetzt." for week in range(1, 5)},
    }


@pytest.mark.parametrize(
    ("sentence", "question", "longest"),
    [
        ("Wer eine Arbeit abgibt, der sagt auch, woran man im August merkt, dass sie fertig ist, und lässt sie dann los.", "Wie geben wir sie ab?", 99),
        ("把工作交给别人时也要说清楚什么算完成然后放手让对方自己决定并在约好的那一天一起看结果而不是每天追问", "我们怎样放手？", 4),
        ("Cuando alguien hace un favor, el color de la conversación cambia para todos.", "¿Cómo lo hacemos?", 99),
    ],
)  # fmt: skip
def test_a_guide_can_be_written_in_any_language(sentence: str, question: str, longest: int) -> None:
    words = in_another_language(sentence, question, longest)
    found = check(words, code=original().code, slug="delegating", today=MONDAY.date(), adapts=original().reviewed_on)
    assert (dict(found.wrong), found.empty) == ({}, ())
    far = check(
        {**words, "what_it_is": sentence * 20}, code=original().code, slug="delegating", today=MONDAY.date(), adapts=original().reviewed_on
    )
    assert [said[0].partition(" has ")[2].split()[1] for said in far.wrong.values()] == ["characters;"]


def test_an_english_guide_is_held_to_the_words_of_the_house() -> None:
    words = read(original()) | {"key_questions": "Delegation?\nWork?\nPeople?", "if_then": "I ask.\nI wait.\nI look."}
    found = check(words, code=original().code, slug="delegating", today=MONDAY.date(), adapts=original().reviewed_on)
    assert set(found.wrong) == {"key_questions", "if_then"}


def test_its_title_goes_before_a_name_and_the_page_that_arranges_says_so() -> None:
    guide = publish(adapt())
    arrange(world.person("fay"), placed={"delegating": Placed(False, None, "Handing work on")}, now=TUESDAY)
    assert (topic().title, library_for(guide.organisation_id).guides["delegating"].title) == (GERMAN, GERMAN)
    assert (
        f"has the title “{GERMAN}”, and the topic is called so."
        in world.sign_in(world.person("fay")).get("/guides/ours/library/").content.decode()
    )
    actions.retire(guide, now=TUESDAY)
    assert (topic().title, library_for(guide.organisation_id).guides["delegating"].title) == ("Handing work on", "Handing work on")


def test_retired_ours_is_back_and_a_cycle_keeps_what_stood_when_it_began() -> None:
    group = world.make_group(*world.people("ana", "ben", "cho"))
    guide = publish(adapt(**{"tip-1": "Zählen Sie bis drei."}), TUESDAY)
    assert guide_for(topic()) != original()
    actions.retire(guide, now=WEDNESDAY)
    assert guide_for(topic()) == original()
    assert library_for(guide.organisation_id).guides["delegating"] == original()
    assert topic().title == original().title
    actions.bring_back(guide, now=THURSDAY)
    assert (topic().title, guide.versions.count()) == (GERMAN, 2)
    tips = []
    for began in (MONDAY, TUESDAY, WEDNESDAY, THURSDAY):
        Cycle.objects.filter(group=group).update(topic=topic(), started_at=began)
        cycle = Cycle.objects.select_related("topic").get(group=group)
        held = guide_of(cycle)
        assert held is not None and held.tips[0] == tip_for(cycle.topic, 0, at=began)
        tips.append(held.tips[0])
    assert tips == [original().tips[0], "Zählen Sie bis drei.", original().tips[0], "Zählen Sie bis drei."]


def test_to_retire_and_to_bring_back_twice_is_once() -> None:
    guide = publish(adapt())
    for _ in range(2):
        actions.retire(guide, now=TUESDAY)
    for _ in range(2):
        actions.bring_back(guide, now=WEDNESDAY)
    assert list(guide.versions.values_list("number", "retired_at")) == [(2, None), (1, TUESDAY)]


def test_it_is_not_brought_back_when_another_topic_has_got_its_name() -> None:
    guide = publish(adapt())
    actions.retire(guide, now=TUESDAY)
    arrange(world.person("fay"), placed={"giving-feedback": Placed(False, None, GERMAN)}, now=TUESDAY)
    with pytest.raises(Refused):
        actions.bring_back(guide, now=WEDNESDAY)
    assert topic().title == original().title


def test_its_title_is_the_name_of_no_other_topic_also_of_one_that_is_hidden() -> None:
    guide = adapt(title=library().guides["giving-feedback"].title)
    arrange(world.person("fay"), placed={"giving-feedback": Placed(True, None)}, now=MONDAY)
    checked = actions.looked_through(guide, now=MONDAY)
    assert dict(checked.wrong) == {"title": ("Another guide has this title; tell them apart.",)}
    words = {**guide.words, "title": "x" * 161}
    actions.keep_words(guide, words=words, category=guide.category, edition=guide.edition, by=world.person("fay"), now=MONDAY)
    guide.refresh_from_db()
    assert dict(actions.looked_through(guide, now=MONDAY).wrong) == {"title": ("161 characters; 160 fit.",)}


def test_words_of_both_lead_to_the_topic() -> None:
    sync_topics()
    ana = world.person("ana")
    said = "Whatever I hand over comes back half done, so in the end I finish it myself in the evening."
    guide = publish(
        adapt(phrases="the kiln went cold again\nnobody relights the kiln\n" + "\n".join(f"the furnace cools down {n}" for n in range(8)))
    )
    mark = mark_of(guide.organisation_id)
    for text in (said, "On Sunday the kiln went cold again and nobody had relit it."):
        likely = likely_topics(ana, text=text)
        assert likely.first == topic() and likely.is_sure
        found = [one.topic for one in find(text, organisation_id=ana.organisation_id).suggestions]
        assert found.count("delegating") == 1
        assert nearest_topics(ana, text=text)[0] == topic()
    for words in ("kiln", "Aufgaben", "hand over"):
        assert find_guides(guide.organisation_id, mark, words=words)[0].guides[0].slug == "delegating"
    learn_guides(TUESDAY)
    assert {one.version.guide_id for one in GuideVectors.objects.select_related("version")} == {guide.id}
    actions.retire(guide, now=TUESDAY)
    assert likely_topics(ana, text=said).first == topic()
    assert find_guides(guide.organisation_id, mark_of(guide.organisation_id), words="kiln") == ()


def test_choices_that_people_confirmed_count_for_a_topic_that_is_known_twice() -> None:
    publish(adapt(phrases="\n".join(f"the kiln went cold again {n}" for n in range(10))))
    ana, text = world.person("ana"), "On Sunday the kiln went cold again."
    found = find(text, organisation_id=ana.organisation_id, confirmed={("delegating", "giving-feedback"): 1_000})
    assert found.suggestions[0].topic == "giving-feedback"


def test_a_version_is_exported_and_comes_back_as_one() -> None:
    guide, fay = publish(adapt()), world.sign_in(world.person("fay"))
    file = fay.get(f"{DESK}{guide.id}/file/").content.decode()
    assert "\nslug: delegating\n" in file and f"\nadapts: {original().reviewed_on}\n" in file
    pack = fay.get(f"{DESK}files/all/").content
    assert zipfile.ZipFile(io.BytesIO(pack)).namelist() == ["topics/delegating.md", "topics.yaml"]
    OwnGuide.objects.all().delete()
    TopicArrangement.objects.all().delete()
    sent = {"chosen": SimpleUploadedFile("guides.zip", pack), "category": library().categories[-1].name}
    assert fay.post(f"{DESK}files/", sent).status_code == 302
    back = OwnGuide.objects.get()
    assert (back.slug, back.code, back.adapts, back.category) == (guide.slug, guide.code, guide.adapts, guide.category)
    assert back.words == guide.words
    publish(back)
    assert topic().title == GERMAN


def test_a_file_adapts_only_what_is_there_and_the_library_itself_holds_none() -> None:
    guide, fay = adapt(), world.person("fay")
    text = world.sign_in(fay).get(f"{DESK}{guide.id}/file/").content.decode()
    guide.delete()
    for old, new, said in (
        ("slug: delegating", "slug: our-delegating", "there is none with the slug 'our-delegating'"),
        (f"code: {original().code}\n", "code: Z9\n", "and the code 'Z9'"),
        (f"adapts: {original().reviewed_on}\n", "", "the slug 'delegating' is not one of an own guide"),
        (f"adapts: {original().reviewed_on}", "adapts: soon", "adapts"),
    ):
        changed = text.replace(old, new).replace("Key: a6-", "Key: z9-" if "Z9" in new else "Key: a6-")
        with pytest.raises(ScriptError, match=said):
            actions.bring_in(fay, files=[("delegating.md", changed)], categories={}, category=guide.category, now=MONDAY)
    assert not OwnGuide.objects.exists()
    with pytest.raises(ScriptError, match="adapts"):
        parse_guide(text, source="delegating.md", demands=BUILT_IN)


def test_l_and_d_sees_that_the_built_in_guide_was_revised_until_the_next_version(monkeypatch: pytest.MonkeyPatch) -> None:
    guide, fay = publish(adapt()), world.sign_in(world.person("fay"))
    told = "The built-in guide was revised on"
    assert told not in fay.get(f"{DESK}{guide.id}/").content.decode()
    OwnGuide.objects.update(adapts=original().reviewed_on - timedelta(days=30))
    assert told in fay.get(f"{DESK}{guide.id}/").content.decode()
    guide.refresh_from_db()
    words = {**guide.words, "headline": "Noch einmal gelesen"}
    actions.keep_words(guide, words=words, category=guide.category, edition=guide.edition, by=world.person("fay"), now=TUESDAY)
    publish(guide, TUESDAY)
    assert told not in fay.get(f"{DESK}{guide.id}/").content.decode()
    assert f"adapts: {original().reviewed_on}" in GuideVersion.objects.first().text  # type: ignore[union-attr]  # None is no less red


def test_its_category_is_that_of_the_topic_and_the_row_of_the_topic_is_never_touched() -> None:
    guide, fay = adapt(), world.sign_in(world.person("fay"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(t) FROM guides_topic t WHERE slug = 'delegating'")
        before = cursor.fetchone()
    other = library().categories[-1].name
    assert fay.post(f"{DESK}{guide.id}/words/", boxes(fay, guide, category=other)).status_code == 422
    publish(guide)
    actions.retire(guide, now=TUESDAY)
    actions.bring_back(guide, now=WEDNESDAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(t) FROM guides_topic t WHERE slug = 'delegating'")
        assert cursor.fetchone() == before


def test_a_strategy_that_is_added_to_a_version_gets_a_key_that_no_release_of_ours_has() -> None:
    given = [int(card.key.rpartition("-")[2]) for guide in library().guides.values() for card in guide.cards]
    number = len(original().cards) + 1
    guide = adapt(**{f"card-{number}-{box}": text for box, text in {"title": "Ask on Friday", "action": "Ask them."}.items()})

    assert max(given) <= actions.OUR_KEYS
    assert guide.words[f"card-{number}-key"] == f"{original().code.lower()}-{actions.OUR_KEYS + 1}"
    assert guide.words["card-1-key"] == original().cards[0].key


def test_own_codes_go_on_beside_the_code_of_a_version() -> None:
    adapt()
    made = actions.start_guide(world.person("fay"), title="Nights", category=library().categories[0].name, words=adapt().words, now=MONDAY)
    assert (made.code, made.slug) == ("Z1", "our-nights")


@pytest.mark.nowhere
def test_no_organisation_reads_what_another_one_has_adapted() -> None:
    with tenancy.within(world.make_organisation("Aldermoor").id):
        guide = publish(adapt(headline="Only in Aldermoor"))
    other = world.make_organisation("Brandt")
    with tenancy.within(other.id):
        gil, their = world.sign_in(world.person("gil")), world.sign_in(world.person("fay"))
        assert (topic().title, guide_for(topic()), library_for(other.id)) == (original().title, original(), library())
        page = gil.get("/guides/delegating/").content.decode()
        assert "Only in Aldermoor" not in page and original().title in page
        assert their.get(f"{DESK}{guide.id}/").status_code == their.get(f"{DESK}{guide.id}/comparison/").status_code == 404
        assert gil.post(f"{DESK}adaptation/", {"slug": "delegating"}).status_code == 404
        assert publish(adapt(title="Loslassen")).versions.get().number == 1
        assert topic().title == "Loslassen"
    assert guide_for(topic()) == original()


def test_guides_of_a_hundred_messages_take_one_query_for_the_mark() -> None:
    publish(adapt())
    world.topic("giving-feedback")
    others = list(Topic.objects.filter(organisation=None).exclude(slug="delegating")[:20])
    with tenancy.within(tenancy.current()):
        library_for(tenancy.current())
        ours._ever_adapted(tenancy.current(), mark_of(tenancy.current()))  # type: ignore[arg-type]  # there is one
    with tenancy.within(tenancy.current()), CaptureQueriesContext(connection) as held:
        assert all(guide_for(one) == library().guides[one.slug] for one in others for _ in range(5))
    assert ["guides_librarystate" in one["sql"] for one in held if "guides_" in one["sql"]] == [True]
