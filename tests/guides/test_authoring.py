"""Guides of an organisation's own: from the desk through a second person's hands to the members, and what running groups keep of them."""

import re
from collections.abc import Sequence

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from numpy.typing import NDArray

from reconvene.base import tenancy
from reconvene.challenges.queries import likely_topics
from reconvene.groups.models import Cycle
from reconvene.guides import finding
from reconvene.guides.authoring import actions
from reconvene.guides.authoring.actions import Refused, Saved
from reconvene.guides.authoring.arrangement import Placed, arrange
from reconvene.guides.authoring.boxes import blank, read
from reconvene.guides.catalogue import library, sync_topics
from reconvene.guides.finding import find, finder
from reconvene.guides.guide import Guide
from reconvene.guides.jobs import learn_guides
from reconvene.guides.models import GuideVectors, GuideVersion, OwnGuide, Topic, TopicArrangement
from reconvene.guides.ours import guide_for, library_for, mark_of
from reconvene.guides.queries import find_guides, nearest_topics, tip_for
from reconvene.people.models import Person
from reconvene.people.rules import Role
from reconvene.programmes.actions import add_course
from reconvene.rooms.script import guide_of
from reconvene.text.english import English
from tests import world
from tests.world import MONDAY, TUESDAY

pytestmark = pytest.mark.django_db
DESK = "/guides/ours/"


def second() -> Person:
    """Somebody else of L&D."""
    return world.person("lea", roles=[Role.LEARNING])


def model() -> Guide:
    """A guide to be copied."""
    return library().guides["delegating"]


def start(title: str = "Night shifts handed over", **changed: str) -> OwnGuide:
    """A complete guide on Fay's desk."""
    words = {
        **read(model()),
        "phrases": "the night shift leaves it to the day shift\n" + model().phrases[0] + "\n" + "\n".join(model().phrases[2:12]),
    }
    words |= {f"related-{number}": "" for number in range(1, 5)} | {"phrases_de": ""} | changed
    return actions.start_guide(world.person("fay"), title=title, category=library().categories[0].name, words=words, now=MONDAY)


def published(title: str = "Night shifts handed over", **changed: str) -> OwnGuide:
    """The same, handed in by Fay and published by Lea on Monday."""
    return publish(start(title, **changed))


def publish(guide: OwnGuide, now=MONDAY) -> OwnGuide:  # type: ignore[no-untyped-def]
    """Hand it in as Fay, publish it as Lea."""
    guide.refresh_from_db()
    actions.hand_in(guide, edition=guide.edition, by=world.person("fay"), now=now)
    actions.publish(guide, edition=guide.edition, by=second(), now=now)
    guide.refresh_from_db()
    return guide


def boxes(client: Client, guide: OwnGuide, **changed: str) -> dict[str, str]:
    """What the form of a guide sends, with some boxes changed."""
    sheet = client.get(f"{DESK}{guide.id}/words/").context["sheet"]
    typed = {name: text for name, text in sheet.typed.items() if text}
    return {**typed, "version": str(sheet.shown_version), "opened": sheet.opened, **changed}


def test_a_guide_goes_from_the_desk_through_a_second_person_to_everybody_here() -> None:
    fay, lea, ana = (world.sign_in(one) for one in (world.person("fay"), second(), world.person("ana")))
    made = fay.post(
        f"{DESK}new/",
        {"title": "Handing over at night", "category": library().categories[0].name, "start": "copy", "copy_of": "delegating"},
    )
    guide = OwnGuide.objects.get()
    assert made.url == f"{DESK}{guide.id}/words/"
    assert (guide.slug, guide.code, guide.words["card-1-key"]) == ("our-handing-over-at-night", "Z1", "z1-1")
    assert fay.post(made.url, boxes(fay, guide, headline="Say it at the machine")).status_code == 302
    guide.refresh_from_db()
    edition = {"version": guide.edition}
    fay.post(f"{DESK}{guide.id}/handing-in/", edition)
    fay.post(f"{DESK}{guide.id}/review/", {"do": "publish", **edition})
    assert not GuideVersion.objects.exists()
    assert ana.get("/guides/our-handing-over-at-night/").status_code == 404
    review = lea.get(f"{DESK}{guide.id}/review/").content.decode()
    assert "Below is where it differs from the guide “Delegating”, with which it began." in review
    assert re.findall(r'<h3 class="h4">(\w+) ', review) == ["Title", "Headline"]
    assert "Say it at the machine" in review
    assert "Most of it is word for word the guide “Delegating”" in review
    lea.post(f"{DESK}{guide.id}/review/", {"do": "publish", **edition})

    page = ana.get("/guides/our-handing-over-at-night/").content.decode()
    assert "Say it at the machine" in page
    assert "Written by L&D of your organisation." in page
    assert '<a href="/guides/our-handing-over-at-night/">Handing over at night</a>' in ana.get("/guides/").content.decode()
    assert "Handing over at night" in ana.get("/guides/?q=handing+over+at+night").content.decode()
    assert "Handing over at night" in ana.get("/challenges/new/?topic=our-handing-over-at-night").content.decode()
    assert fay.get(f"{DESK}{guide.id}/").status_code == 200
    assert "Beside the guide “Delegating”, with which it began." in fay.get(f"{DESK}{guide.id}/versions/1/").content.decode()


def test_whoever_brings_notes_is_told_where_they_went() -> None:
    fay = world.sign_in(world.person("fay"))
    chosen = {"title": "Nights", "category": library().categories[0].name, "start": "notes"}
    for notes, said in (
        ("Exercise 1: Walk the line\nTogether.\nCase: A baker was late.", "From your notes: What it is called, What to do, A case."),
        ("We met and talked.", "because no heading names a box"),
    ):
        page = fay.post(f"{DESK}new/", {**chosen, "notes": notes}, follow=True).content.decode()
        assert said in page


def test_a_blank_guide_says_what_is_to_be_done_and_cannot_be_handed_in() -> None:
    fay = world.sign_in(world.person("fay"))
    guide = actions.start_guide(world.person("fay"), title="New", category=library().categories[0].name, words=blank(), now=MONDAY)
    page = fay.get(f"{DESK}{guide.id}/words/")
    assert page.status_code == 200
    assert page.context["checked"].wrong == {} and "data-error" not in page.content.decode()  # what is only empty is not called wrong
    assert "levels-F" in page.context["checked"].empty and "Tick one at least." in page.content.decode()
    assert "Field ‘levels’" not in page.content.decode().replace("&#x27;", "’").replace("'", "’")
    assert "card-4-not_when" in page.context["checked"].empty
    assert "card-5-not_when" not in page.context["checked"].empty
    with pytest.raises(Refused):
        actions.hand_in(guide, edition=1, by=world.person("fay"), now=MONDAY)


def test_whoever_changes_a_guide_takes_it_back_and_nobody_publishes_what_they_have_not_read() -> None:
    guide = start()
    actions.hand_in(guide, edition=1, by=world.person("fay"), now=MONDAY)
    words = {**guide.words, "headline": "Another line"}
    assert actions.keep_words(guide, words=words, category=guide.category, edition=1, by=world.person("fay"), now=MONDAY) is Saved.DONE
    for edition in (1, 2):
        with pytest.raises(Refused):
            actions.publish(guide, edition=edition, by=second(), now=MONDAY)


def test_whoever_handed_it_in_does_not_become_the_second_person_when_another_one_hands_it_in_too() -> None:
    guide, fay = start(), world.person("fay")
    actions.hand_in(guide, edition=1, by=fay, now=MONDAY)

    page = world.sign_in(second()).post(f"{DESK}{guide.id}/handing-in/", {"version": 1}, follow=True).content.decode()

    assert "It has been handed in already." in page
    with pytest.raises(Refused, match="You have written or handed it in yourself"):
        actions.publish(guide, edition=1, by=fay, now=MONDAY)


def test_whoever_wrote_in_it_last_does_not_become_the_second_person_because_another_one_hands_it_in() -> None:
    guide, fay = start(), world.person("fay")
    actions.hand_in(guide, edition=1, by=second(), now=MONDAY)

    page = world.sign_in(fay).get(f"{DESK}{guide.id}/review/").content.decode()

    assert "You have written or handed it in yourself" in page and 'value="publish"' not in page
    with pytest.raises(Refused, match="You have written or handed it in yourself"):
        actions.publish(guide, edition=1, by=fay, now=MONDAY)


def test_a_published_guide_moves_to_another_category_when_that_is_published_and_not_before() -> None:
    sync_topics()
    guide, fay = published(), world.person("fay")
    first, last = library().categories[0].name, library().categories[-1].name

    def stands() -> tuple[str, list[str]]:
        at = [one.name for one in library_for(fay.organisation_id).categories if guide.slug in one.slugs]
        return Topic.objects.get(slug=guide.slug).category, at

    actions.keep_words(guide, words=guide.words, category=last, edition=guide.edition, by=fay, now=TUESDAY)

    assert stands() == (first, [first])
    publish(guide, now=TUESDAY)
    assert stands() == (last, [last])


def test_the_title_of_a_hidden_topic_is_taken_and_that_of_a_retired_guide_is_free() -> None:
    sync_topics()
    fay, retired = world.person("fay"), published("Handing over at night")
    actions.retire(retired, now=MONDAY)
    arrange(fay, placed={"delegating": Placed(True, None)}, now=MONDAY)

    assert actions.looked_through(start(model().title.upper()), now=MONDAY).wrong == {
        "title": ("Another guide has this title; tell them apart.",)
    }
    published("Handing over at night")
    with pytest.raises(Refused, match="“Handing over at night” is called so already"):
        actions.bring_back(retired, now=TUESDAY)


def test_two_workers_that_learn_one_guide_at_once_both_go_on() -> None:
    guide = published()
    before = GuideVectors.objects.count()
    seen, encode = [], English.encode

    def slowly(encoder: English, texts: Sequence[str]) -> NDArray[np.float32]:
        if not seen:
            seen.append(encoder.name)
            finding.learn(guide.organisation_id, most=10)  # the other worker is done in the meantime
        return encode(encoder, texts)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(English, "encode", slowly)
        finding.learn(guide.organisation_id, most=10)

    assert GuideVectors.objects.count() == before + len(finding.built_in())


def test_a_guide_that_is_given_back_carries_the_reason() -> None:
    fay, lea = world.sign_in(world.person("fay")), world.sign_in(second())
    guide = start()
    actions.hand_in(guide, edition=1, by=world.person("fay"), now=MONDAY)
    assert lea.post(f"{DESK}{guide.id}/review/", {"do": "return", "version": 1, "remark": ""}).status_code == 422
    lea.post(f"{DESK}{guide.id}/review/", {"do": "return", "version": 1, "remark": "The case is told by a person from here."})
    page = fay.get(f"{DESK}{guide.id}/").content.decode()
    assert "The case is told by a person from here." in page
    assert "Hand it in" in page


def test_two_editors_at_once_lose_no_words() -> None:
    fay, lea = world.sign_in(world.person("fay")), world.sign_in(second())
    guide = start()
    hers = boxes(lea, guide, headline="From Lea", lede="Lea says for whom")
    assert fay.post(f"{DESK}{guide.id}/words/", boxes(fay, guide, headline="From Fay", case="Fay tells a case")).status_code == 302
    answer = lea.post(f"{DESK}{guide.id}/words/", hers)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "From Lea" in page
    assert "Fay Example saved: From Fay" in page
    assert "Fay tells a case" in page
    sheet = answer.context["sheet"]
    again = {**{name: text for name, text in sheet.typed.items() if text}, "version": str(sheet.shown_version), "opened": sheet.opened}
    assert lea.post(f"{DESK}{guide.id}/words/", again).status_code == 302
    guide.refresh_from_db()
    assert (guide.words["headline"], guide.words["lede"], guide.words["case"]) == ("From Lea", "Lea says for whom", "Fay tells a case")


def test_a_running_group_keeps_the_version_with_which_its_cycle_began() -> None:
    guide = published()
    group = world.make_group(*world.people("ana", "ben", "cho"), now=MONDAY)
    Cycle.objects.filter(group=group).update(topic=guide.topic, started_at=MONDAY)
    cycle = Cycle.objects.select_related("topic").get(group=group)
    words = {
        **guide.words,
        "tip-1": "Count to three before you answer.",
        "key_questions": guide.words["key_questions"].replace("hand over work", "let go"),
    }
    actions.keep_words(guide, words=words, category=guide.category, edition=guide.edition, by=world.person("fay"), now=TUESDAY)
    publish(guide, TUESDAY)
    old, new = guide_of(cycle), guide_for(cycle.topic)
    assert old is not None
    assert new is not None
    assert (old.tips[0], new.tips[0]) == (model().tips[0], "Count to three before you answer.")
    assert tip_for(cycle.topic, 0, at=cycle.started_at) == model().tips[0]
    assert tip_for(cycle.topic, 0, at=TUESDAY) == "Count to three before you answer."
    assert library_for(group.organisation_id).guides[guide.slug] == new


def test_a_retired_guide_is_offered_to_nobody_keeps_its_page_and_comes_back() -> None:
    ana, guide = world.sign_in(world.person("ana")), published()
    actions.retire(OwnGuide.objects.select_related("topic").get(), now=TUESDAY)
    assert guide.title not in ana.get("/guides/").content.decode()
    assert not Topic.objects.offered_to(world.person("ana")).filter(slug=guide.slug).exists()
    page = ana.get(f"/guides/{guide.slug}/").content.decode()
    assert "not in your organisation’s library any more" in page
    assert "Talk about it with peers" not in page
    actions.bring_back(OwnGuide.objects.select_related("topic").get(), now=TUESDAY)
    assert guide.title in ana.get("/guides/").content.decode()
    with pytest.raises(Refused):
        actions.discard(guide)


def test_what_is_published_is_in_the_library_also_when_it_was_retired_while_it_waited() -> None:
    guide, fay = published(), world.person("fay")
    actions.keep_words(guide, words={**guide.words, "headline": "Anew"}, category=guide.category, edition=1, by=fay, now=TUESDAY)
    actions.hand_in(guide, edition=2, by=fay, now=TUESDAY)
    actions.retire(guide, now=TUESDAY)

    page = world.sign_in(second()).post(f"{DESK}{guide.id}/review/", {"do": "publish", "version": 2}, follow=True).content.decode()

    assert "Everybody in your organisation can read it" in page
    assert "published, version 2" in page
    assert library_for(fay.organisation_id).guides[guide.slug].headline == "Anew"


def test_a_guide_is_not_brought_back_when_another_one_has_got_its_name() -> None:
    guide = published()
    actions.retire(guide, now=TUESDAY)
    other = published()

    with pytest.raises(Refused, match="“Night shifts handed over” is called so already"):
        actions.bring_back(guide, now=TUESDAY)
    actions.retire(other, now=TUESDAY)
    actions.bring_back(guide, now=TUESDAY)
    assert list(Topic.objects.offered_to(world.person("ana")).filter(title=guide.title)) == [guide.topic]


def test_own_words_lead_to_an_own_topic() -> None:
    sync_topics()
    guide = published(phrases="the kiln went cold again\nnobody relights the kiln\n" + "\n".join(model().phrases[:10]))
    text = "On Sunday the kiln went cold again and nobody had relit it."
    ana, mark = world.person("ana"), mark_of(guide.organisation_id)
    likely = likely_topics(ana, text=text)
    assert likely.first == guide.topic
    assert likely.is_sure
    assert "the kiln went cold again" in " ".join(likely.topics[0].found)
    assert nearest_topics(ana, text=text)[0] == guide.topic
    assert guide.slug not in [one.topic for one in find(text).suggestions]
    assert find_guides(guide.organisation_id, mark, words="kiln")[0].guides[0].slug == guide.slug


def test_what_was_published_is_learnt_at_a_tick_and_worked_out_by_nobody_who_waits() -> None:
    sync_topics()
    guide, text = published(phrases="the kiln went cold again\n" + "\n".join(model().phrases[:12])), "On Sunday the kiln went cold again."
    before = find(text, organisation_id=guide.organisation_id)
    learn_guides(MONDAY)
    learn_guides(MONDAY)
    assert {one.version for one in GuideVectors.objects.all()} == {guide.versions.get()}
    assert {one.encoder for one in GuideVectors.objects.all()} == {encoder.name for encoder in finding.built_in()}
    finding._encoded.cache_clear()
    finding._own_finder.cache_clear()
    after = find(text, organisation_id=guide.organisation_id)
    assert finding._encoded.cache_info().misses == 0
    assert [one.topic for one in after.suggestions] == [one.topic for one in before.suggestions]
    assert after.suggestions[0].topic == guide.slug
    actions.keep_words(
        guide,
        words={**guide.words, "title": "Cold kilns"},
        category=guide.category,
        edition=guide.edition,
        by=world.person("fay"),
        now=TUESDAY,
    )
    publish(guide, TUESDAY)
    find(text, organisation_id=guide.organisation_id)
    assert finding._encoded.cache_info().misses == 1  # until the next tick
    learn_guides(TUESDAY)
    assert GuideVectors.objects.count() == 2 * len(finding.built_in())


def test_an_own_topic_takes_little_from_texts_on_others() -> None:
    sync_topics()
    published(phrases="the kiln went cold again\nnobody relights the kiln\n" + "\n".join(f"the furnace cools down {n}" for n in range(8)))
    ana = world.person("ana")
    for text, slug in (
        ("Zwei Kollegen streiten sich ständig und reden nicht mehr miteinander.", "conflict-between-two-people"),
        ("Wir finden seit Monaten keine guten Bewerber für unsere offenen Stellen.", "hiring-well"),
    ):
        first = likely_topics(ana, text=text).first
        assert first is not None
        assert first.slug == slug


def test_a_hidden_topic_is_never_suggested_and_its_copy_takes_its_place() -> None:
    sync_topics()
    ana, text = world.person("ana"), "Whatever I hand over comes back half done, so in the end I finish it myself in the evening."
    assert likely_topics(ana, text=text).first.slug == "delegating"  # type: ignore[union-attr]  # None is no less red
    arrange(world.person("fay"), placed={"delegating": Placed(True, None)}, now=MONDAY)
    suggested = likely_topics(ana, text=text).topics
    assert len(suggested) >= 2
    assert "delegating" not in [one.topic.slug for one in suggested]
    assert "delegating" not in [one.slug for one in nearest_topics(ana, text=text)]
    guide = published("Letting go of work", phrases="\n".join(model().phrases))
    likely = likely_topics(ana, text=text)
    assert likely.first == guide.topic
    assert likely.is_sure


def test_a_retired_topic_and_a_draft_are_not_found() -> None:
    sync_topics()
    ana, text = world.person("ana"), "On Sunday the kiln went cold again and nobody had relit it."
    said = "the kiln went cold again\nnobody relights the kiln\n" + "\n".join(model().phrases[:10])
    guide = start(phrases=said)
    slugs = [one.topic.slug for one in likely_topics(ana, text=text).topics]
    assert slugs
    assert guide.slug not in slugs
    publish(guide)
    actions.retire(OwnGuide.objects.select_related("topic").get(), now=TUESDAY)
    assert [one.topic.slug for one in likely_topics(ana, text=text).topics] == slugs


def test_an_organisation_without_own_topics_shares_the_finder_of_all() -> None:
    ana = world.person("ana")
    assert find(model().title, organisation_id=ana.organisation_id) == find(model().title)
    arrange(world.person("fay"), placed={"hiring-well": Placed(True, None)}, now=MONDAY)
    mark = mark_of(ana.organisation_id)
    assert mark is not None
    encoder = finding._reader(model().title)
    assert finding._own_finder(encoder, finding._path(encoder), ana.organisation_id, mark) is finder(model().title)


def test_a_hidden_topic_is_not_offered_and_places_come_first() -> None:
    sync_topics()
    ana, guide = world.person("ana"), published()
    category = library().categories[0]
    arrange(world.person("fay"), placed={category.slugs[0]: Placed(True, None), guide.slug: Placed(False, 1)}, now=MONDAY)
    books = library_for(ana.organisation_id)
    assert books.categories[0].slugs == (guide.slug, *category.slugs[1:])
    assert category.slugs[0] not in books.guides
    assert not Topic.objects.offered_to(ana).filter(slug=category.slugs[0]).exists()
    assert world.sign_in(ana).get(f"/guides/{category.slugs[0]}/").status_code == 200
    page = world.sign_in(world.person("fay")).post(
        f"{DESK}library/", {f"there-{category.slugs[0]}": "1", f"offer-{category.slugs[0]}": "on"}
    )
    assert page.status_code == 302
    assert library_for(ana.organisation_id).categories[0].slugs == (guide.slug, *category.slugs)


def test_members_choose_from_topics_in_the_order_of_the_organisation() -> None:
    sync_topics()
    ana, category = world.sign_in(world.person("ana")), library().categories[0]
    last = category.slugs[-1]
    arrange(world.person("fay"), placed={last: Placed(False, 1)}, now=MONDAY)

    wanted = [last, *(slug for one in library().categories for slug in one.slugs if slug != last)]
    assert [topic.slug for topic in ana.get("/challenges/new/").context["topics"]] == wanted
    assert [topic.slug for topic in ana.post("/challenges/hints/", {"text": "They talk."}).context["topics"]] == wanted
    assert [topic.slug for topic in ana.get("/calls/new/").context["topics"]] == wanted


def test_a_guide_names_a_topic_that_begins_with_the_turkish_i() -> None:
    sync_topics()
    guide = published(what_it_is_not=f"It is not izin vermek, which has a page of its own. {model().what_it_is_not}")
    arrange(world.person("fay"), placed={"giving-feedback": Placed(False, None, "İzin vermek")}, now=MONDAY)

    page = world.sign_in(world.person("ana")).get(f"/guides/{guide.slug}/").content.decode()

    assert '<a href="/guides/giving-feedback/">izin vermek</a>' in page


def test_names_of_colleagues_ask_for_a_decision() -> None:
    fay = world.sign_in(world.person("fay"))
    world.person("ben")
    guide = start(case=model().case + " Then Ben took over the second region; ring 0171 2345678 or write to depot@works.example.")
    answer = fay.post(f"{DESK}{guide.id}/handing-in/", {"version": 1})
    assert answer.status_code == 422
    assert "<b>Ben, 0171 2345678, depot@works.example</b>: this looks like somebody’s name or address." in answer.content.decode()
    fay.post(f"{DESK}{guide.id}/handing-in/", {"version": 1, "keep_names": "on"})
    guide.refresh_from_db()
    assert guide.handed_in_at is not None


def test_a_key_stays_with_its_strategy_and_is_never_given_twice() -> None:
    guide = start()
    empty = {name: "" for name in guide.words if name.startswith("card-2-")}
    actions.keep_words(guide, words={**guide.words, **empty}, category=guide.category, edition=1, by=world.person("fay"), now=MONDAY)
    guide.refresh_from_db()
    again = {**guide.words, "card-2-title": "Something new"}
    actions.keep_words(guide, words=again, category=guide.category, edition=2, by=world.person("fay"), now=MONDAY)
    guide.refresh_from_db()
    assert [guide.words[f"card-{number}-key"] for number in range(1, 6)] == ["z1-1", "z1-6", "z1-3", "z1-4", "z1-5"]


@pytest.mark.nowhere
def test_no_organisation_sees_what_another_one_has_written() -> None:
    with tenancy.within(world.make_organisation("Aldermoor").id):
        guide = published()
    other = world.make_organisation("Brandt")
    with tenancy.within(other.id):
        gil, their = world.sign_in(world.person("gil")), world.sign_in(world.person("fay"))
        assert gil.get(f"/guides/{guide.slug}/").status_code == 404
        assert gil.get(f"/guides/{guide.slug}/job-aid/").status_code == 404
        assert guide.title not in gil.get("/guides/").content.decode()
        assert their.get(f"{DESK}{guide.id}/").status_code == 404
        assert library_for(other.id) is library()
        text = " ".join(guide.words["phrases"].splitlines()[:3])
        assert guide.slug not in [one.topic for one in find(text, organisation_id=other.id).suggestions]
        assert guide.title not in gil.post("/challenges/hints/", {"text": text}).content.decode()


def test_only_published_words_leave_the_desk_of_lnd() -> None:
    guide = start()
    ana = world.sign_in(world.person("ana"))
    for address in (
        DESK,
        f"{DESK}{guide.id}/",
        f"{DESK}{guide.id}/words/",
        f"{DESK}{guide.id}/file/",
        f"{DESK}files/all/",
        f"/guides/{guide.slug}/",
    ):
        assert ana.get(address).status_code == 404


def test_two_who_arrange_at_once_keep_each_others_changes_and_a_place_that_is_none_is_said() -> None:
    fay, path = world.sign_in(world.person("fay")), f"{DESK}library/"
    sync_topics()
    first, second, third = library().categories[0].slugs[:3]
    opened = {f"there-{slug}": "1::" for slug in (first, second, third)} | {f"offer-{slug}": "on" for slug in (first, second, third)}

    assert fay.post(path, {**opened, f"place-{first}": "2"}).status_code == 302
    answer = fay.post(path, {**opened, f"place-{second}": "1", f"place-{third}": "first"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Write a whole number from 1 to 999, or nothing." in page and 'value="first"' in page
    assert not TopicArrangement.objects.filter(topic__slug=second).exists()
    assert fay.post(path, {**opened, f"place-{second}": "1"}).status_code == 302

    assert dict(TopicArrangement.objects.values_list("topic__slug", "place")) == {first: 2, second: 1}
    for nonsense in ("0", "1000", "²", "-1", "1.5"):
        assert fay.post(path, {**opened, f"place-{first}": nonsense}).status_code == 422


def test_of_two_who_arrange_one_topic_at_once_each_keeps_what_the_other_left_alone() -> None:
    sync_topics()
    fay, lea, slug = world.sign_in(world.person("fay")), world.sign_in(second()), "giving-feedback"
    opened = {f"there-{slug}": "1::", f"offer-{slug}": "on", f"place-{slug}": "", f"called-{slug}": ""}

    fay.post(f"{DESK}library/", {**opened, f"place-{slug}": "2"})
    lea.post(f"{DESK}library/", {**opened, f"called-{slug}": "Saying it"})

    found = TopicArrangement.objects.get(topic__slug=slug)
    assert (found.hidden_at, found.place, found.title) == (None, 2, "Saying it")


def test_the_library_takes_as_many_queries_with_own_guides_as_without() -> None:
    ana = world.sign_in(world.person("ana"))

    def queries(address: str) -> int:
        ana.get(address)
        with CaptureQueriesContext(connection) as held:
            ana.get(address)
        return len(held)

    before = [queries("/guides/"), queries("/guides/?q=night")]
    for letter in "abc":
        published(f"Own topic {letter}")
    assert [queries("/guides/"), queries("/guides/?q=night")] == before
    assert queries("/guides/our-own-topic-a/") == before[0] + 4 <= 11  # courses, who waits, one's own cycle and one's own marks beside it


def test_a_draft_is_shown_as_typed_and_saved_nowhere() -> None:
    fay, guide = world.sign_in(world.person("fay")), start()
    page = fay.post(f"{DESK}{guide.id}/preview/", boxes(fay, guide, headline="Typed just now")).content.decode()
    assert "Typed just now" in page
    guide.refresh_from_db()
    assert guide.words["headline"] != "Typed just now"
    empty = actions.start_guide(world.person("fay"), title="Empty", category=guide.category, words=blank(), now=MONDAY)
    assert fay.get(f"{DESK}{empty.id}/preview/").status_code == 200
    hostile = start("Hostile", case="<script>alert(1)</script> \u202e")
    assert "<script>alert" not in fay.get(f"{DESK}{hostile.id}/preview/").content.decode()


def test_a_guide_that_has_just_been_begun_is_drawn_as_a_handout_too() -> None:
    fay, category = world.person("fay"), library().categories[0].name
    guide = actions.start_guide(fay, title="New", category=category, words=blank(), now=MONDAY)

    page = world.sign_in(fay).get(f"{DESK}{guide.id}/preview/?as=print").content.decode()

    assert page.count("data:image/png") == 1
    assert "letters for which no typeface is here" not in page


def test_a_version_that_there_is_not_is_not_found_whatever_its_number() -> None:
    fay, guide = world.sign_in(world.person("fay")), published()

    assert [fay.get(f"{DESK}{guide.id}/versions/{number}/").status_code for number in (1, 2, 32_767, 10**30)] == [200, 404, 404, 404]


def test_a_guide_names_the_courses_on_its_topic_and_on_its_category() -> None:
    guide, fay = published(), world.person("fay")
    add_course(fay, name="Shift leads I", category="", topic=guide.topic, now=MONDAY)
    add_course(fay, name="Starting to lead", category=guide.category, topic=None, now=MONDAY)
    add_course(fay, name="Selling", category="Customers", topic=None, now=MONDAY)
    page = world.sign_in(world.person("ana")).get(f"/guides/{guide.slug}/").content.decode()
    assert "<li>Shift leads I</li><li>Starting to lead</li>" in page
    assert "Selling" not in page
