"""What L&D does to the guides of its organisation: begin, adapt, save, hand in, publish, give back, retire, bring in from files."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import Enum, auto

from django.db import transaction
from django.db.models import F, Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from reconvene.guides.authoring.arrangement import lock_names, taken_names
from reconvene.guides.authoring.boxes import read, with_keys
from reconvene.guides.authoring.checks import Checked, check
from reconvene.guides.authoring.files import faults, is_version
from reconvene.guides.catalogue import library
from reconvene.guides.guide import OURS, Guide
from reconvene.guides.models import LAST, LONGEST_TITLE, GuideVersion, OwnGuide, Topic, TopicArrangement
from reconvene.guides.ours import CODES, guide_in_version, library_for, write_mark
from reconvene.guides.script import OWN, parse_guide
from reconvene.guides.sheet import ScriptError
from reconvene.people.models import Person

MOST_GUIDES = 400  # of an organisation; with the built-in ones it then has 500
LONGEST_SLUG = 60
OUR_KEYS = 99  # in a built-in guide; strategies that an organisation adds to its version are numbered after them, so that none of a later release has their key
LAST_CODE = 999  # the number of a code has three digits


class Refused(Exception):
    """It cannot be done, for the reason that the message says to L&D."""


class Saved(Enum):
    """What became of words that were to be saved."""

    DONE = auto()
    MEANWHILE = auto()


@transaction.atomic
def start_guide(by: Person, *, title: str, category: str, words: Mapping[str, str], now: datetime, began_with: str = "") -> OwnGuide:
    """Put a new guide on L&D's desk, with these words in its boxes but without their keys; those of the guide with the slug `began_with`, if it is a copy.
    Tells no one. Raises Refused when there are too many.
    """
    lock_names(by.organisation_id)
    _keep_room(by.organisation_id)
    code, slug = _next_code(by.organisation_id), _free_slug(by.organisation_id, title)
    bare = {name: "" if name.endswith("-key") else text for name, text in words.items()} | {"title": title}
    keyed, given = with_keys(bare, code=code, given=0)
    return OwnGuide.objects.create(
        slug=slug, code=code, category=category, words=keyed, keys_given=given, began_with=began_with, changed_at=now, changed_by=by
    )


@transaction.atomic
def adapt_guide(by: Person, *, slug: str, now: datetime) -> OwnGuide:
    """Put a copy of the built-in guide with this slug on the desk: published, it stands in its place under the same topic. The copy that is there already when
    there is one. Tells no one. Raises Refused when there are too many.
    """
    lock_names(by.organisation_id)
    known = OwnGuide.objects.filter(organisation_id=by.organisation_id, slug=slug).first()
    if known is not None:
        return known
    _keep_room(by.organisation_id)
    original = library().guides[slug]
    return _put_on_desk(replace(original, adapts=original.reviewed_on), None, _category_of(slug), by=by, now=now)


@transaction.atomic
def keep_words(guide: OwnGuide, *, words: Mapping[str, str], category: str, edition: int, by: Person, now: datetime) -> Saved:
    """Save what was typed on top of this edition; MEANWHILE when somebody else has saved since. What was handed in is taken back. Tells no one."""
    found = OwnGuide.objects.select_for_update().get(id=guide.id)
    if found.edition != edition:
        return Saved.MEANWHILE
    given = max(found.keys_given, OUR_KEYS if found.is_adapted else 0)
    keyed, given = with_keys({**words, **_kept_keys(found, words)}, code=found.code, given=given)
    if keyed == found.words and category == found.category:
        return Saved.DONE
    OwnGuide.objects.filter(id=found.id).update(
        words=keyed, category=category, keys_given=given, edition=F("edition") + 1, changed_at=now, changed_by=by, handed_in_at=None, handed_in_by=None
    )  # fmt: skip
    return Saved.DONE


def looked_through(guide: OwnGuide, *, now: datetime) -> Checked:
    """What is still to be done to a guide, what does not hold beside the other guides included. One or two queries, two more for one that adapts."""
    found = check(guide.words, code=guide.code, slug=guide.slug, today=now.date(), adapts=guide.adapts)
    books = library_for(guide.organisation_id)
    wrong = dict(found.wrong)
    if taken_names(guide.organisation_id, {guide.slug: guide.title}):
        wrong["title"] = (*wrong.get("title", ()), _("Another guide has this title; tell them apart."))
    if (count := len(guide.title)) > LONGEST_TITLE:
        wrong["title"] = (*wrong.get("title", ()), _("%(count)s characters; %(most)s fit.") % {"count": count, "most": LONGEST_TITLE})
    for name in (name for name in guide.words if name.startswith("related-")):
        slug = guide.words[name]
        if slug and (slug == guide.slug or slug not in books.guides):
            wrong[name] = (_("This guide is not in the library; choose another one."),)
    return found if wrong == found.wrong else Checked(None, found.written, wrong, found.empty)


@transaction.atomic
def hand_in(guide: OwnGuide, *, edition: int, by: Person, now: datetime) -> None:
    """Ask for a second person. Tells no one; the guide stands under "to be reviewed". Raises Refused when it was changed, is not complete,
    or waits already: whoever handed it in does not become the second person.
    """
    found = _of_edition(guide, edition)
    if found.handed_in_at is not None:
        raise Refused(_("It has been handed in already."))
    if not looked_through(found, now=now).is_ready:
        raise Refused(_("It is not complete yet. The form says at each box what is to be done."))
    found.hand_in(by=by, now=now)


@transaction.atomic
def publish(guide: OwnGuide, *, edition: int, by: Person, now: datetime) -> GuideVersion:
    """A second person lets everybody in the organisation read it, also when it was retired meanwhile. Tells no one; groups that run keep
    the version they began with.

    Raises:
        Refused: it was not handed in, was changed meanwhile, is not complete, or this is the person who handed it in or who wrote in it last.
    """
    lock_names(guide.organisation_id)
    found = _of_edition(guide, edition)
    if found.handed_in_at is None:
        raise Refused(_("Nobody has handed it in, or it was published already."))
    if found.is_by(by):
        raise Refused(_("You have written or handed it in yourself. A second person of L&D publishes it."))
    if found.is_adapted and found.slug in library().guides:
        found.adapts = library().guides[found.slug].reviewed_on
    checked = looked_through(found, now=now)
    if checked.guide is None:
        raise Refused(_("It is not complete yet. The form says at each box what is to be done."))
    number = found.versions.count() + 1
    version = GuideVersion.objects.create(
        guide=found, number=number, text=checked.written.text, edition=found.edition, published_at=now, written_by=found.handed_in_by, reviewed_by=by
    )  # fmt: skip
    found.topic = _topic_of(found, checked.guide)
    found.handed_in_at, found.handed_in_by = None, None
    found.save(update_fields=["topic", "adapts", "handed_in_at", "handed_in_by"])
    write_mark(found.organisation_id)
    return version


@transaction.atomic
def give_back(guide: OwnGuide, *, remark: str, edition: int, by: Person, now: datetime) -> None:
    """It is not ready, for this reason, which stands on the desk. Tells no one. Raises Refused when it was changed meanwhile or not handed in."""
    found = _of_edition(guide, edition)
    if found.handed_in_at is None:
        raise Refused(_("Nobody has handed it in, or it was published already."))
    found.give_back(remark=remark, by=by, now=now)


@transaction.atomic
def retire(guide: OwnGuide, *, now: datetime) -> None:
    """Offer the guide and its topic to nobody any more; of one that adapts a built-in guide, let that one stand again. Tells no one; groups that run keep it,
    and old links still open it.
    """
    found = _locked(guide)
    if found.topic is None:
        return
    if found.is_adapted:
        GuideVersion.objects.filter(id=found.versions.values("id")[:1], retired_at=None).update(retired_at=now)
        _entitle(found, "")
    else:
        found.topic.retire(now=now)
    write_mark(found.organisation_id)


@transaction.atomic
def bring_back(guide: OwnGuide, *, now: datetime) -> None:
    """Offer a retired guide again; one that adapts a built-in guide as a version of its own, so that whoever began in between keeps what they began with.
    Tells no one. Raises Refused when another topic has got its name.
    """
    lock_names(guide.organisation_id)
    found = _locked(guide)
    if found.topic is None:
        return
    newest = found.versions.first()
    if newest is None:
        return
    title = guide_in_version(newest.text).title
    if taken := taken_names(found.organisation_id, {found.slug: title}):
        raise Refused(_("“%(other)s” is called so already. Give one of them another name.") % {"other": taken[found.slug]})
    if not found.is_adapted:
        found.topic.retire(now=None)
    elif newest.retired_at is not None:
        GuideVersion.objects.create(
            guide=found, number=newest.number + 1, text=newest.text, edition=newest.edition, published_at=now, written_by_id=newest.written_by_id, reviewed_by_id=newest.reviewed_by_id
        )  # fmt: skip
        _entitle(found, title)
    write_mark(found.organisation_id)


@transaction.atomic
def discard(guide: OwnGuide) -> None:
    """Delete a draft that was never published. Tells no one. Raises Refused for one that was."""
    found = OwnGuide.objects.select_for_update().get(id=guide.id)
    if found.topic_id is not None:
        raise Refused(_("It was published, so groups may rest on it. Retire it instead."))
    found.delete()


@transaction.atomic
def bring_in(
    by: Person, *, files: Sequence[tuple[str, str]], categories: Mapping[str, str], category: str, now: datetime
) -> list[OwnGuide]:
    """Put guides from files, given as name and text, on the desk; those that are there already get the words of the file. Tells no one.

    `categories` are the names of categories by slug; of those that are not among them, guides on the desk keep theirs, and `category` is
    for the others.

    Raises:
        ScriptError: with everything that is wrong in any of them, and then nothing is brought in.
    """
    lock_names(by.organisation_id)
    known = {one.slug: one for one in OwnGuide.objects.select_for_update().filter(organisation_id=by.organisation_id)}
    problems: list[str] = []
    guides = []
    for name, text in files:
        try:
            guides.append((name, text, parse_guide(text, source=name, demands=OWN)))
        except ScriptError as error:
            problems += str(error).splitlines()
    kept = {slug: one.category for slug, one in known.items()}
    categories = {**kept, **categories, **{guide.slug: _category_of(guide.slug) for _name, _text, guide in guides if is_version(guide)}}
    problems += faults(guides, known=known, organisation_id=by.organisation_id)
    names = {one.name for one in library().categories}
    for name, _text, guide in guides:
        wanted = categories.get(guide.slug, category)
        if wanted not in names:
            problems.append(_("%(file)s: its category “%(category)s” is none of the library's.") % {"file": name, "category": wanted})
    if len(set(known) | {guide.slug for _name, _text, guide in guides}) > MOST_GUIDES:
        problems.append(_("Your organisation would have more than %(most)s guides.") % {"most": MOST_GUIDES})
    if problems:
        raise ScriptError("", problems)
    return [
        _put_on_desk(guide, known.get(guide.slug), categories.get(guide.slug, category), by=by, now=now) for _name, _text, guide in guides
    ]


def _entitle(guide: OwnGuide, title: str) -> None:
    """Let the topic of a built-in guide have the title of the version that stands in its place; "": none does."""
    TopicArrangement.objects.update_or_create(organisation_id=guide.organisation_id, topic=guide.topic, defaults={"guide_title": title})


def _locked(guide: OwnGuide) -> OwnGuide:
    return OwnGuide.objects.select_for_update(of=("self",)).select_related("topic").get(id=guide.id)


def _of_edition(guide: OwnGuide, edition: int) -> OwnGuide:
    """The guide's row, locked. Raises Refused when it is not what the person had before them."""
    found = _locked(guide)
    if found.edition != edition:
        raise Refused(_("It was changed meanwhile. Read it as it is now, then decide."))
    return found


def _kept_keys(guide: OwnGuide, words: Mapping[str, str]) -> dict[str, str]:
    """The keys as they stand in the database: a form does not decide on them."""
    return {name: text for name, text in guide.words.items() if name.endswith("-key") and name in words}


def _topic_of(guide: OwnGuide, written: Guide) -> Topic:
    """The row of a published guide's topic: one of the organisation's own, or the built-in one, which gets the guide's title here."""
    if guide.is_adapted:
        guide.topic = Topic.objects.get(organisation=None, slug=guide.slug)
        _entitle(guide, written.title)
        return guide.topic
    facts = {
        "code": written.code,
        "title": written.title,
        "category": guide.category,
        "levels": "".join(written.levels),
        "place": _place_in(guide.category),
        "retired_at": None,
    }
    return Topic.objects.update_or_create(organisation_id=guide.organisation_id, slug=guide.slug, defaults=facts)[0]


def _place_in(category: str) -> int:
    """The last place in a category: own topics stand behind the built-in ones, by their code."""
    last: int | None = Topic.objects.filter(organisation=None, category=category).aggregate(last=Max("place"))["last"]
    return LAST if last is None else last


def _put_on_desk(guide: Guide, known: OwnGuide | None, category: str, *, by: Person, now: datetime) -> OwnGuide:
    words = read(guide)
    given = max([int(text.rpartition("-")[2]) for name, text in words.items() if name.endswith("-key") and text])
    if known is None:
        return OwnGuide.objects.create(
            slug=guide.slug, code=guide.code, adapts=guide.adapts, category=category, words=words, keys_given=given, changed_at=now, changed_by=by
        )  # fmt: skip
    known.words, known.category, known.keys_given = words, category, max(known.keys_given, given)
    known.edition, known.changed_at, known.changed_by = known.edition + 1, now, by
    known.handed_in_at, known.handed_in_by = None, None
    known.save(update_fields=["words", "category", "keys_given", "edition", "changed_at", "changed_by", "handed_in_at", "handed_in_by"])
    return known


def _category_of(slug: str) -> str:
    """The name of the category in which a built-in topic stands."""
    return next(entry.category for entry in library().topics if entry.slug == slug)


def _keep_room(organisation_id: uuid.UUID) -> None:
    if OwnGuide.objects.filter(organisation_id=organisation_id).count() >= MOST_GUIDES:
        raise Refused(_("Your organisation has %(most)s guides; retire does not make room, discard a draft first.") % {"most": MOST_GUIDES})


def _next_code(organisation_id: uuid.UUID) -> str:
    """The code after the highest; after a file has brought the last one, the lowest that is free."""
    codes = OwnGuide.objects.filter(organisation_id=organisation_id, adapts=None).values_list("code", flat=True)
    used = {int(code[1:]) for code in codes}
    wanted = max(used, default=0) + 1
    return f"{CODES}{wanted if wanted <= LAST_CODE else next(number for number in range(1, LAST_CODE) if number not in used)}"


def _free_slug(organisation_id: uuid.UUID, title: str) -> str:
    stem = OURS + (slugify(title).replace("_", "-")[:LONGEST_SLUG].strip("-") or "guide")
    used = set(OwnGuide.objects.filter(organisation_id=organisation_id, slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for slug in (stem, *(f"{stem}-{number}" for number in range(2, MOST_GUIDES + 2))) if slug not in used)
