"""What L&D types about guides: beginning one, its boxes, a remark, files. Called by guides.authoring.views."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reconvene.base.forms import DesignForm, MemberTextField
from reconvene.base.sheets import Box, Sheet
from reconvene.guides.authoring import notes
from reconvene.guides.authoring.arrangement import Placed
from reconvene.guides.authoring.boxes import CHAPTERS, FIELDS, Chapter, Field, blank
from reconvene.guides.authoring.checks import Checked
from reconvene.guides.authoring.packing import LARGEST_PACK
from reconvene.guides.authoring.queries import MOST_PLACE, Arranged
from reconvene.guides.guide import STRENGTHS
from reconvene.guides.library import Library
from reconvene.guides.models import OwnGuide, Topic
from reconvene.guides.safety import unseen
from reconvene.guides.showing import STRENGTHS as STRENGTH_WORDS

CATEGORY = "category"
LONGEST_REMARK = 1_000
LONGEST_NAME = 120  # characters of what a topic is called
MARKUP = ("<", ">", "**", "`", "](")  # one star or one low line may be part of a word
LONGEST_TYPED = 1_000  # of what is kept while it is too long
ROWS = {"list": 5, "text": 6, "line": 2}
TALL = {"phrases": 10, "phrases_de": 6, "job_aid": 12}
SHORT = ("title", "headline")  # boxes of one line


@dataclass(frozen=True)
class Row:
    """One box on the page: with what is in it, how it could look, and what is still to be done to it."""

    box: Box
    field: Field
    example: str
    wrong: tuple[str, ...]
    rows: int

    @property
    def is_short(self) -> bool:
        """Whether one line is enough."""
        return self.field.kind == "line" and self.field.name.rpartition("-")[2] in SHORT


@dataclass(frozen=True)
class Part:
    """A chapter on the page; `count` is what is still to be done in it, `number` that of a strategy."""

    chapter: Chapter
    rows: tuple[Row, ...]
    ticks: tuple[Row, ...]
    count: int
    number: int


class GuideSheet(Sheet):
    """Every box of a guide. Whatever is typed can be saved, complete or not, as long as it has a title and fits its boxes."""

    def __init__(self, guide: OwnGuide, books: Library, data: Mapping[str, str] | None = None) -> None:
        self.books = books
        self.categories = [guide.category] if guide.is_adapted else category_names(books)
        super().__init__(saved_boxes(guide), version=guide.edition, data=data)

    def boxes(self) -> list[Box]:
        titles = [
            ("", _("none")),
            *sorted(((slug, one.title) for slug, one in self.books.guides.items()), key=lambda pair: pair[1].casefold()),
        ]
        strengths = [("", _("not said yet")), *((key, f"{STRENGTH_WORDS[key][0]}: {STRENGTH_WORDS[key][1]}") for key in STRENGTHS)]
        return [
            Box(CATEGORY, _("Category"), "choice", choices=[(name, name) for name in self.categories]),
            *(
                Box(field.name, _(field.label), field.kind, _(field.hint) if field.hint else "", strengths if field.name.endswith("strength") else titles if field.kind == "choice" else (), field.longest)
                for field in FIELDS.values()
                if field.kind != "key"
            ),
        ]  # fmt: skip

    def check(self) -> None:
        if not self.typed["title"]:
            self.errors["title"] = _("Give it a title, so that it can be found again.")
        if self.typed[CATEGORY] not in self.categories:
            self.errors[CATEGORY] = _("Choose one of the list.")
        for name, text in self.typed.items():
            if name in FIELDS and len(text) > FIELDS[name].longest:
                words = _("%(count)s characters; %(most)s fit.")
                self.errors[name] = words % {"count": len(text), "most": FIELDS[name].longest}

    @property
    def words(self) -> dict[str, str]:
        """What is typed, as the guide keeps it."""
        return {**blank(), **{name: text for name, text in self.typed.items() if name in FIELDS}}

    def parts(self, checked: Checked, example: Mapping[str, str]) -> list[Part]:
        """The boxes by chapter, for the page."""
        filled = {box.name: box for box in self.filled}
        found = []
        for chapter in CHAPTERS:
            rows = tuple(
                Row(filled[field.name], field, example.get(field.name, "") if field.kind not in ("choice", "tick") else "", checked.wrong.get(field.name, ()), TALL.get(field.name, ROWS.get(field.kind, 1)))
                for field in chapter.fields
                if field.kind != "key"
            )  # fmt: skip
            names = {field.name for field in chapter.fields}
            count = sum(name in names for name in checked.empty) + sum(len(row.wrong) for row in rows)
            number = int(chapter.key.rpartition("-")[2]) if chapter.key.startswith("strategy-") else 0
            ticks = tuple(row for row in rows if row.field.kind == "tick")
            found.append(Part(chapter, tuple(row for row in rows if row not in ticks), ticks, count, number))
        return found


def saved_boxes(guide: OwnGuide) -> dict[str, str]:
    """A guide's boxes as they are saved, its category among them."""
    kept = {name: text for name, text in {**blank(), **guide.words}.items() if name in FIELDS and FIELDS[name].kind != "key"}
    return {CATEGORY: guide.category, **kept}


def category_names(books: Library) -> list[str]:
    """The names of all categories, in their order."""
    return [one.name for one in books.categories]


class StartForm(DesignForm):
    """A new guide: what it is called, and what it begins with."""

    title = forms.CharField(
        label=gettext_lazy("What is the topic?"),
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("In a few words, as a manager would say it."),
    )
    category = forms.ChoiceField(label=gettext_lazy("Category"))
    start = forms.ChoiceField(
        label=gettext_lazy("Begin with"),
        widget=forms.RadioSelect,
        choices=[
            ("blank", gettext_lazy("Empty boxes")),
            ("copy", gettext_lazy("A copy of a guide")),
            ("notes", gettext_lazy("Notes of a course")),
        ],
        initial="blank",
    )
    copy_of = forms.ChoiceField(label=gettext_lazy("Which guide?"), required=False)
    notes = MemberTextField(
        label=gettext_lazy("The notes, pasted as text"),
        required=False,
        rows=8,
        longest=notes.LONGEST,
        help_text=gettext_lazy(
            "Headings lead each part to its box; what they do not tell goes to “What is going on”, for you to sort. No pictures, no files."
        ),
    )

    def __init__(self, books: Library, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        by_category = [
            (one.name, [(slug, books.guides[slug].title) for slug in one.slugs if slug in books.guides]) for one in books.categories
        ]
        self.fields["category"].choices = [("", gettext_lazy("Choose one")), *((name, name) for name in category_names(books))]  # type: ignore[attr-defined]  # of a ChoiceField
        self.fields["copy_of"].choices = [("", gettext_lazy("Choose one")), *by_category]  # type: ignore[attr-defined]  # as above

    def clean(self) -> dict[str, Any]:
        """What was chosen needs its guide, or its notes."""
        found = super().clean() or {}
        if found.get("start") == "copy" and not found.get("copy_of") and "copy_of" not in self.errors:
            self.add_error("copy_of", _("Choose the guide to be copied."))
        if found.get("start") == "notes" and not found.get("notes") and "notes" not in self.errors:
            self.add_error("notes", _("Paste the notes, or begin with empty boxes."))
        return found


class RemarkForm(DesignForm):
    """Why a guide is given back."""

    remark = MemberTextField(label=gettext_lazy("What should be different?"), rows=3, longest=LONGEST_REMARK)


class ManyFiles(forms.ClearableFileInput):
    """A control that takes several files, or a folder."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several uploaded files, each looked at by itself."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        held = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in held]


class FilesForm(DesignForm):
    """Guides from files, and the category of those that come without one."""

    chosen = FilesField(
        label=gettext_lazy("Guides (.md), or a zip of them"),
        widget=ManyFiles(attrs={"accept": ".md,.zip,.yaml", "multiple": True}),
        help_text=gettext_lazy("At most 2 MB and 200 files at once. A topics.yaml among them tells the categories."),
    )
    category = forms.ChoiceField(label=gettext_lazy("Category of guides that come without one"))

    def __init__(self, books: Library, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["category"].choices = [(name, name) for name in category_names(books)]  # type: ignore[attr-defined]  # of a ChoiceField

    def clean_chosen(self) -> Sequence[Any]:
        """All of them together must be small."""
        found: Sequence[Any] = self.cleaned_data["chosen"]
        if sum(one.size for one in found) > LARGEST_PACK:
            raise forms.ValidationError(_("These files are larger than 2 MB; bring fewer at once."))
        return found


@dataclass(frozen=True)
class TopicRow:
    """One topic on the form that arranges the library. `opened` is how it stood when its editor opened the form; `place` and `called` as they were typed, with
    what is wrong with each.
    """

    arranged: Arranged
    is_offered: bool
    place: str
    called: str
    opened: str
    place_error: str = ""
    called_error: str = ""

    @property
    def topic(self) -> Topic:
        """Its row."""
        return self.arranged.topic

    @property
    def errors(self) -> list[tuple[str, str]]:
        """What is wrong, with the box it is about."""
        return [(box, said) for box, said in (("called", self.called_error), ("place", self.place_error)) if said]

    @property
    def is_changed(self) -> bool:
        """Whether the editor wants it otherwise than they found it."""
        return self.opened != _standing(self.is_offered, self.place, self.called)

    @property
    def placed(self) -> Placed:
        """What is to be made of it: of tick, place and name those that the editor changed, the others as they stand by now."""
        opened, typed, now = (
            each.split(":", 2)
            for each in (
                self.opened,
                _standing(self.is_offered, self.place, self.called),
                _standing(self.arranged.is_offered, str(self.arranged.place or ""), self.arranged.called),
            )
        )
        if len(opened) < len(typed):
            opened = ["", "", ""]  # nobody knows what they found: all of it is meant
        is_offered, place, called = (_wanted(*box) for box in zip(opened, typed, now, strict=True))
        return Placed(is_offered != "1", int(place) if place else None, called)


class ArrangementForm:
    """Every topic with a tick, a place and, when it is built in, a name. What was typed is kept until all of it can be taken, and only what its editor changed
    is written, so that of two who arrange at once each keeps what the other did not touch.
    """

    def __init__(self, arranged: Sequence[tuple[str, Sequence[Arranged]]], data: Mapping[str, str] | None = None) -> None:
        self.is_bound = data is not None
        self.categories = [(name, [_topic_row(one, data or {}) for one in held]) for name, held in arranged]

    @property
    def errors(self) -> list[TopicRow]:
        """The topics with something to mend."""
        return [row for _name, rows in self.categories for row in rows if row.errors]

    def is_valid(self) -> bool:
        """Whether every place and every name can be taken."""
        return self.is_bound and not self.errors

    @property
    def placed(self) -> dict[str, Placed]:
        """What the editor changed, by slug."""
        rows = [row for _name, held in self.categories for row in held if row.is_changed]
        return {row.topic.slug: row.placed for row in rows}

    def refuse(self, taken: Mapping[str, str]) -> None:
        """Say at each of these topics, by slug, whose name it was to have."""
        words = _("“%(name)s” is a name of “%(other)s” already. Write another one.")
        self.categories = [
            (name, [_refused(row, words, taken[row.topic.slug]) if row.topic.slug in taken else row for row in rows])
            for name, rows in self.categories
        ]


def _wanted(opened: str, typed: str, now: str) -> str:
    """What a box is to hold: what was typed over what its editor found; what stands now where they left it alone."""
    return now if typed == opened else typed


def _topic_row(one: Arranged, data: Mapping[str, str]) -> TopicRow:
    """A topic as the form says it; as it stands where the form does not name it."""
    slug, place = one.topic.slug, str(one.place or "")
    if f"there-{slug}" not in data:
        return TopicRow(one, one.is_offered, place, one.called, _standing(one.is_offered, place, one.called))
    typed = data.get(f"place-{slug}", "").replace("\x00", "").strip()[:20]
    is_place = typed.isascii() and typed.isdecimal() and len(typed) <= len(str(MOST_PLACE)) and int(typed) > 0
    wrong = "" if is_place or not typed else _("Write a whole number from 1 to %(most)s, or nothing.") % {"most": MOST_PLACE}
    called = data.get(f"called-{slug}", "")[:LONGEST_TYPED]
    opened = data[f"there-{slug}"][:LONGEST_TYPED]
    return TopicRow(one, f"offer-{slug}" in data, typed, called.strip() or called, opened, wrong, _wrong_name(called))


def _wrong_name(typed: str) -> str:
    """Why a topic cannot be called so; "" when it can."""
    if typed and not typed.strip():
        return _("There are only spaces. Write a name, or leave it empty.")
    if unseen(typed):
        return _("It holds a character that cannot be seen, or a break of the line. Type it anew.")
    if any(sign in typed for sign in MARKUP):
        return _("A name is plain words: without <, >, ` or **, and without links.")
    if len(typed.strip()) > LONGEST_NAME:
        return _("%(count)s characters; %(most)s fit.") % {"count": len(typed.strip()), "most": LONGEST_NAME}
    return ""


def _refused(row: TopicRow, words: str, other: str) -> TopicRow:
    return replace(row, called_error=words % {"name": row.called, "other": other})


def _standing(is_offered: bool, place: str, called: str) -> str:
    return f"{int(is_offered)}:{place}:{called}"
