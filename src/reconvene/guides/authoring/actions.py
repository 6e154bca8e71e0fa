"""What L&D does to the guides of its organisation: begin, save, hand in, publish, give back, retire, bring in from files, arrange the library."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from django.db import transaction
from django.db.models import F, Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from reconvene.guides.authoring.boxes import read, with_keys
from reconvene.guides.authoring.checks import Checked, check
from reconvene.guides.catalogue import library
from reconvene.guides.guide import Guide
from reconvene.guides.models import LAST, GuideVersion, LibraryState, OwnGuide, Topic, TopicArrangement
from reconvene.guides.ours import CODES, OURS, library_for
from reconvene.guides.script import OWN, parse_guide
from reconvene.guides.sheet import ScriptError
from reconvene.people.models import Organisation, Person

MOST_GUIDES = 400  # of an organisation; with the built-in ones it then has 500
LONGEST_SLUG = 60

_OWN_CODE = re.compile(rf"{CODES}[1-9]\d{{0,2}}")


class Refused(Exception):
    """It cannot be done, for the reason that the message says to L&D."""


class Saved(Enum):
    """What became of words that were to be saved."""

    DONE = auto()
    MEANWHILE = auto()


@dataclass(frozen=True)
class Placed:
    """What an organisation makes of a topic: hidden or not, and its place in its category, None for none."""

    is_hidden: bool
    place: int | None


@transaction.atomic
def start_guide(by: Person, *, title: str, category: str, words: Mapping[str, str], now: datetime) -> OwnGuide:
    """Put a new guide on L&D's desk, with these words in its boxes but without their keys. Tells no one. Raises Refused when there are too many."""
    _lock(by.organisation_id)
    if OwnGuide.objects.filter(organisation_id=by.organisation_id).count() >= MOST_GUIDES:
        raise Refused(_("Your organisation has %(most)s guides; retire does not make room, discard a draft first.") % {"most": MOST_GUIDES})
    code, slug = _next_code(by.organisation_id), _free_slug(by.organisation_id, title)
    bare = {name: "" if name.endswith("-key") else text for name, text in words.items()} | {"title": title}
    keyed, given = with_keys(bare, code=code, given=0)
    return OwnGuide.objects.create(slug=slug, code=code, category=category, words=keyed, keys_given=given, changed_at=now, changed_by=by)


@transaction.atomic
def keep_words(guide: OwnGuide, *, words: Mapping[str, str], category: str, edition: int, by: Person, now: datetime) -> Saved:
    """Save what was typed on top of this edition; MEANWHILE when somebody else has saved since. What was handed in is taken back. Tells no one."""
    found = OwnGuide.objects.select_for_update().get(id=guide.id)
    if found.edition != edition:
        return Saved.MEANWHILE
    keyed, given = with_keys({**words, **_kept_keys(found, words)}, code=found.code, given=found.keys_given)
    if keyed == found.words and category == found.category:
        return Saved.DONE
    is_moved = category != found.category and found.topic_id is not None
    OwnGuide.objects.filter(id=found.id).update(
        words=keyed, category=category, keys_given=given, edition=F("edition") + 1, changed_at=now, changed_by=by, handed_in_at=None, handed_in_by=None
    )  # fmt: skip
    if is_moved:
        Topic.objects.filter(own_guide=found).update(category=category, place=_place_in(category))
        _tell_processes(found.organisation_id)
    return Saved.DONE


def looked_through(guide: OwnGuide, *, now: datetime) -> Checked:
    """What is still to be done to a guide, what does not hold beside the other guides included. One or two queries."""
    found = check(guide.words, code=guide.code, slug=guide.slug, today=now.date())
    books = library_for(guide.organisation_id)
    wrong = dict(found.wrong)
    title = guide.words["title"].casefold()
    if any(one.title.casefold() == title for one in books.guides.values() if one.slug != guide.slug):
        wrong["title"] = (*wrong.get("title", ()), _("Another guide has this title; tell them apart."))
    for name in (name for name in guide.words if name.startswith("related-")):
        slug = guide.words[name]
        if slug and (slug == guide.slug or slug not in books.guides):
            wrong[name] = (_("This guide is not in the library; choose another one."),)
    return found if wrong == found.wrong else Checked(None, found.written, wrong, found.empty)


@transaction.atomic
def hand_in(guide: OwnGuide, *, edition: int, by: Person, now: datetime) -> None:
    """Ask for a second person. Tells no one; the guide stands under "to be reviewed". Raises Refused when it was changed, or is not complete."""
    found = _of_edition(guide, edition)
    if not looked_through(found, now=now).is_ready:
        raise Refused(_("It is not complete yet. The form says at each box what is to be done."))
    found.hand_in(by=by, now=now)


@transaction.atomic
def publish(guide: OwnGuide, *, edition: int, by: Person, now: datetime) -> GuideVersion:
    """A second person lets everybody in the organisation read it. Tells no one; groups that run keep the version they began with.

    Raises:
        Refused: it was not handed in, was changed meanwhile, is not complete, or this is the person who handed it in.
    """
    found = _of_edition(guide, edition)
    if found.handed_in_at is None:
        raise Refused(_("Nobody has handed it in, or it was published already."))
    if found.handed_in_by_id == by.id:
        raise Refused(_("You have handed it in yourself. A second person of L&D publishes it."))
    checked = looked_through(found, now=now)
    if checked.guide is None:
        raise Refused(_("It is not complete yet. The form says at each box what is to be done."))
    number = found.versions.count() + 1
    version = GuideVersion.objects.create(
        guide=found, number=number, text=checked.written.text, edition=found.edition, published_at=now, written_by=found.handed_in_by, reviewed_by=by
    )  # fmt: skip
    found.topic = _topic_of(found, checked.guide)
    found.handed_in_at, found.handed_in_by = None, None
    found.save(update_fields=["topic", "handed_in_at", "handed_in_by"])
    _tell_processes(found.organisation_id)
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
    """Offer the guide and its topic to nobody any more. Tells no one; groups that run keep it, and old links still open it."""
    if guide.topic is not None:
        guide.topic.retire(now=now)
        _tell_processes(guide.organisation_id)


@transaction.atomic
def bring_back(guide: OwnGuide) -> None:
    """Offer a retired guide again. Tells no one."""
    if guide.topic is not None:
        guide.topic.retire(now=None)
        _tell_processes(guide.organisation_id)


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

    `categories` are the names of categories by slug; `category` is for guides that are not among them.

    Raises:
        ScriptError: with everything that is wrong in any of them, and then nothing is brought in.
    """
    _lock(by.organisation_id)
    known = {one.slug: one for one in OwnGuide.objects.select_for_update().filter(organisation_id=by.organisation_id)}
    problems: list[str] = []
    guides = []
    for name, text in files:
        try:
            guides.append((name, text, parse_guide(text, source=name, demands=OWN)))
        except ScriptError as error:
            problems += str(error).splitlines()
    problems += _beside(guides, known=known, organisation_id=by.organisation_id)
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


@transaction.atomic
def arrange(by: Person, *, placed: Mapping[str, Placed], now: datetime) -> None:
    """Hide topics and give them places, by slug; what is not among `placed` stays as it is. Tells no one. Challenges and groups that are there go on."""
    topics = {topic.slug: topic for topic in Topic.objects.visible_to(by).filter(slug__in=placed)}
    before = {one.topic_id: one for one in TopicArrangement.objects.filter(organisation_id=by.organisation_id)}
    for slug, wanted in placed.items():
        if slug not in topics:
            continue
        topic, known = topics[slug], before.get(topics[slug].id)
        was = Placed(bool(known and known.hidden_at), known.place if known else None)
        if was != wanted:
            hidden_at = (known.hidden_at if known and known.hidden_at else now) if wanted.is_hidden else None
            TopicArrangement.objects.update_or_create(
                organisation_id=by.organisation_id, topic=topic, defaults={"hidden_at": hidden_at, "place": wanted.place}
            )
    _tell_processes(by.organisation_id)


def _of_edition(guide: OwnGuide, edition: int) -> OwnGuide:
    """The guide's row, locked. Raises Refused when it is not what the person had before them."""
    found = OwnGuide.objects.select_for_update(of=("self",)).get(id=guide.id)
    if found.edition != edition:
        raise Refused(_("It was changed meanwhile. Read it as it is now, then decide."))
    return found


def _kept_keys(guide: OwnGuide, words: Mapping[str, str]) -> dict[str, str]:
    """The keys as they stand in the database: a form does not decide on them."""
    return {name: text for name, text in guide.words.items() if name.endswith("-key") and name in words}


def _topic_of(guide: OwnGuide, written: Guide) -> Topic:
    facts = {
        "code": written.code,
        "title": written.title,
        "category": guide.category,
        "levels": "".join(written.levels),
        "place": _place_in(guide.category),
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
            slug=guide.slug, code=guide.code, category=category, words=words, keys_given=given, changed_at=now, changed_by=by
        )
    known.words, known.category, known.keys_given = words, category, max(known.keys_given, given)
    known.edition, known.changed_at, known.changed_by = known.edition + 1, now, by
    known.handed_in_at, known.handed_in_by = None, None
    known.save(update_fields=["words", "category", "keys_given", "edition", "changed_at", "changed_by", "handed_in_at", "handed_in_by"])
    return known


def _beside(guides: Sequence[tuple[str, str, Guide]], *, known: Mapping[str, OwnGuide], organisation_id: uuid.UUID) -> list[str]:
    """What does not hold between the files, and beside what is there: one sentence for each, with file and line."""
    books, told = library_for(organisation_id), []
    codes = {one.code: slug for slug, one in known.items()}
    titles = {one.title.casefold(): slug for slug, one in books.guides.items()} | {
        one.title.casefold(): slug for slug, one in known.items()
    }
    slugs = {guide.slug for _name, _text, guide in guides}
    published = dict(
        GuideVersion.objects.filter(guide__organisation_id=organisation_id).order_by("number").values_list("guide__slug", "edition")
    )
    for name, text, guide in guides:
        if not guide.slug.startswith(OURS):
            told.append(
                _at(
                    name,
                    text,
                    "slug",
                    _("the slug '%(slug)s' is not one of an own guide; begin it with '%(ours)s'.") % {"slug": guide.slug, "ours": OURS},
                )
            )
        if not _OWN_CODE.fullmatch(guide.code):
            told.append(_at(name, text, "code", _("the code of an own guide is '%(letter)s' and a number.") % {"letter": CODES}))
        if codes.setdefault(guide.code, guide.slug) != guide.slug:
            told.append(
                _at(
                    name,
                    text,
                    "code",
                    _("the code '%(code)s' belongs to '%(other)s'; take another one.") % {"code": guide.code, "other": codes[guide.code]},
                )
            )
        if titles.setdefault(guide.title.casefold(), guide.slug) != guide.slug:
            told.append(_at(name, text, "title", _("another guide has this title; tell them apart.")))
        for slug in (slug for slug in guide.related if slug == guide.slug or (slug not in books.guides and slug not in slugs)):
            told.append(_at(name, text, "related", _("related names '%(other)s', which is not in the library.") % {"other": slug}))
        there = known.get(guide.slug)
        if there and there.code != guide.code:
            told.append(
                _at(
                    name,
                    text,
                    "code",
                    _("the guide '%(slug)s' has the code %(code)s; a code stays for ever.") % {"slug": guide.slug, "code": there.code},
                )
            )
        if there and published.get(guide.slug) != there.edition:
            told.append(
                _at(
                    name,
                    text,
                    "slug",
                    _("'%(slug)s' has words on the desk that are not published; publish or discard them first, so that none are lost.")
                    % {"slug": guide.slug},
                )
            )
    counts = [guide.slug for _name, _text, guide in guides]
    told += [_("'%(slug)s' is in more than one file; keep one.") % {"slug": slug} for slug in sorted(set(counts)) if counts.count(slug) > 1]
    return told


def _at(name: str, text: str, field: str, words: str) -> str:
    """A sentence with its file and the line of a field of the front matter."""
    line = next((number for number, line in enumerate(text.split("\n"), 1) if line.startswith(f"{field}:")), 1)
    return _("%(file)s: line %(line)s: %(words)s") % {"file": name, "line": line, "words": words}


def _lock(organisation_id: uuid.UUID) -> None:
    """One at a time gives codes and addresses in an organisation."""
    Organisation.objects.select_for_update(no_key=True).get(id=organisation_id)


def _next_code(organisation_id: uuid.UUID) -> str:
    used = OwnGuide.objects.filter(organisation_id=organisation_id).values_list("code", flat=True)
    return f"{CODES}{max((int(code[1:]) for code in used), default=0) + 1}"


def _free_slug(organisation_id: uuid.UUID, title: str) -> str:
    stem = OURS + (slugify(title).replace("_", "-")[:LONGEST_SLUG].strip("-") or "guide")
    used = set(OwnGuide.objects.filter(organisation_id=organisation_id, slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for slug in (stem, *(f"{stem}-{number}" for number in range(2, MOST_GUIDES + 2))) if slug not in used)


def _tell_processes(organisation_id: uuid.UUID) -> None:
    """The libraries that processes keep for the organisation are no longer right once this is committed."""
    LibraryState.objects.update_or_create(organisation_id=organisation_id, defaults={"mark": uuid.uuid4()})
