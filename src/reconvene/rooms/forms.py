"""What the room's boxes may hold. Boxes that come in numbers (ideas, lessons, scores) are read by `read_*`."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from reconvene.base.fields import clean_text
from reconvene.base.forms import DesignForm, MemberTextField
from reconvene.groups.rules import WISHES
from reconvene.guides.script import LENGTHS, MODES, Protocol
from reconvene.people.models import Person
from reconvene.practice.rules import WEEKS, PlanDraft, Times
from reconvene.rooms.actions.scores import Given
from reconvene.rooms.rules import FEWEST_ON_PAPER, LESSON_WORDS, Basis, CardKind, Evidence, MarkKind, Move, Verdict, Whose
from reconvene.rooms.scoring import HIGHEST, LOWEST
from reconvene.scheduling.rules import Answer

SHORT, LONG = 300, 1000  # characters
WRITTEN_ALONE = ("when", "doing", "led_to", "because", "watch_out")


class BeginForm(forms.Form):
    """How the session is to be held; nothing chosen is the usual way."""

    mode = forms.ChoiceField(choices=[(mode, mode) for mode in MODES], required=False)

    def clean_mode(self) -> str:
        """The usual way, unless another was chosen."""
        return str(self.cleaned_data["mode"] or MODES[0])


class PackForm(forms.Form):
    """Which pack to print: a way to hold the session, and its length in minutes. What is not chosen is as usual."""

    mode = forms.ChoiceField(choices=[(mode, mode) for mode in MODES], required=False)
    minutes = forms.TypedChoiceField(choices=[(length, length) for length in LENGTHS], coerce=int, empty_value=None, required=False)


class MoveForm(forms.Form):
    """One tap, and the position of the page it was made on."""

    move = forms.ChoiceField(choices=[(move.value, move.name) for move in Move])
    seen = forms.CharField(max_length=20, required=False)


class PersonForm(forms.Form):
    """Somebody of the room."""

    person = forms.UUIDField()


class SeatForm(forms.Form):
    """As whom a device without an account wants to sit."""

    seat = forms.UUIDField()


class QuestionForm(DesignForm):
    """The shared question, and the one that was on the page."""

    question = MemberTextField(label=_("Our question"), rows=2, longest=SHORT)
    was = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_was(self) -> str:
        """As it is stored: a form sends line ends of its own."""
        return clean_text(self.cleaned_data["was"])


class CauseForm(DesignForm):
    """One cause and whose it is to change."""

    text = MemberTextField(label=_("What is really going on?"), rows=3, longest=LONG, required=False)
    whose = forms.ChoiceField(choices=[(whose.value, whose.name) for whose in Whose], required=False)

    def clean_whose(self) -> Whose:
        """Nothing chosen counts as ours."""
        return Whose(self.cleaned_data["whose"] or Whose.OURS)


class CardForm(DesignForm):
    """A card to the speaker it was written for, at the position of the page it was written on. "Same here" needs no words."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    to = forms.UUIDField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=[(kind.value, kind.name) for kind in CardKind])
    text = MemberTextField(label=_("Your card"), rows=2, longest=SHORT, required=False)

    def clean(self) -> dict[str, Any]:
        """A question or a proposal without words is nothing."""
        found = super().clean() or {}
        if found.get("kind") != CardKind.SAME_HERE and not found.get("text"):
            self.add_error("text", _("Write a few words for the card first."))
        return found


class OnPaperForm(DesignForm):
    """Who was there when the session was held on paper: everybody, unless somebody is unticked. And how it was held, among `ways`; nothing
    chosen is the first of them.
    """

    there = forms.MultipleChoiceField(label=_("Who was there"), required=False, widget=forms.CheckboxSelectMultiple)
    mode = forms.ChoiceField(label=_("How you held it"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, members: Sequence[Person], ways: Sequence[Protocol], **options: Any) -> None:
        options.setdefault("initial", {"there": [str(person.id) for person in members], "mode": ways[0].mode})
        super().__init__(*args, **options)
        self.ways = ways
        self.fields["mode"].choices = [(way.mode, way.title) for way in ways]  # type: ignore[attr-defined]  # it is a field with choices
        self.fields["there"].choices = [(str(person.id), person.name) for person in members]  # type: ignore[attr-defined]  # it is a field with choices

    def clean_there(self) -> list[uuid.UUID]:
        """A session of one is none."""
        found = [uuid.UUID(one) for one in self.cleaned_data["there"]]
        if len(found) < FEWEST_ON_PAPER:
            raise forms.ValidationError(_("Tick at least two people. A session needs somebody to meet."))
        return found

    def clean(self) -> dict[str, Any]:
        """A way that is for fewer or more people than were there was not that way."""
        found = super().clean() or {}
        way = next((way for way in self.ways if way.mode == found.get("mode")), self.ways[0])
        there = found.get("there")
        if there and len(there) > way.people[1]:
            words = _("“%(way)s” is for %(most)s people at most. Choose how you held it, or untick who was not there.")
            self.add_error("mode", words % {"way": way.title, "most": way.people[1]})
        return {**found, "mode": way.mode}


class TableLineForm(DesignForm):
    """What somebody else at the table said: an idea, or the words of a lesson. Which of both, the session's kind says."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    text = MemberTextField(label=_("Idea"), rows=2, longest=LONG, required=False)
    when = MemberTextField(label=_("When …"), rows=1, longest=LONG, required=False)
    doing = MemberTextField(label=_("doing …"), rows=1, longest=LONG, required=False)
    led_to = MemberTextField(label=_("led to …"), rows=1, longest=LONG, required=False)
    because = MemberTextField(label=_("because …"), rows=1, longest=LONG, required=False)
    watch_out = MemberTextField(label=_("watch out for …"), rows=1, longest=LONG, required=False)

    def words(self, *, is_first: bool) -> dict[str, str]:
        """The words of an idea or of a lesson."""
        return {name: self.cleaned_data[name] for name in (("text",) if is_first else WRITTEN_ALONE)}


class PairForm(forms.Form):
    """Two that say the same: one's own, and the one that it would be merged into."""

    mine = forms.UUIDField()
    other = forms.UUIDField()


class PlanForm(DesignForm):
    """One experiment. The obstacle is for nobody else."""

    want = MemberTextField(label=_("I want"), rows=2, longest=LONG, required=False)
    best_result = MemberTextField(label=_("The best that could come of it"), rows=2, longest=LONG, required=False)
    obstacle = MemberTextField(label=_("What in me or my week gets in the way"), rows=2, longest=LONG, required=False)
    if_cue = MemberTextField(label=_("If …"), rows=2, longest=SHORT, help_text=_("When, where or with whom: a moment you can see coming."))
    then_action = MemberTextField(label=_("then I …"), rows=2, longest=SHORT)
    first_on = forms.DateField(label=_("First occasion"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    sign = MemberTextField(label=_("How I will notice that it works"), rows=2, longest=LONG, required=False)

    def draft(self) -> PlanDraft:
        """The plan as the practice takes it."""
        return PlanDraft(**self.cleaned_data)


class AnswerForm(forms.Form):
    """Whether one can come."""

    answer = forms.ChoiceField(choices=[(answer.value, answer.name) for answer in Answer])


class ReportForm(DesignForm):
    """The practice report as its owner shows it."""

    planned = MemberTextField(label=_("I planned"), rows=2, longest=LONG, required=False)
    did = MemberTextField(label=_("I did"), rows=2, longest=LONG, required=False)
    happened = MemberTextField(label=_("What happened"), rows=2, longest=LONG, required=False)
    surprised = MemberTextField(label=_("What surprised me"), rows=2, longest=LONG, required=False)
    times = forms.ChoiceField(choices=[(times.value, times.name) for times in Times], required=False)
    weeks = forms.TypedMultipleChoiceField(choices=[(week, week) for week in WEEKS], coerce=int, required=False)

    def clean_weeks(self) -> tuple[int, ...]:
        """In order."""
        return tuple(sorted(self.cleaned_data["weeks"]))


class WordingForm(forms.Form):
    """A lesson's words as the group changes them, and the version that was on the page. Words that are not sent stay."""

    version = forms.IntegerField(min_value=1)

    def clean(self) -> dict[str, Any]:
        """Words that are cut would be other words; they are refused, and stay with whoever wrote them."""
        for name in LESSON_WORDS:
            need_short(str(self.data.get(name, "")))
        return super().clean() or {}

    def words(self) -> dict[str, str]:
        """The words that were sent."""
        return {name: clean_text(str(self.data[name])) for name in LESSON_WORDS if name in self.data}


class SettlingForm(forms.Form):
    """What becomes of a lesson."""

    verdict = forms.TypedChoiceField(choices=[(verdict.value, verdict.name) for verdict in Verdict], coerce=Verdict)


class BasisForm(forms.Form):
    """What a lesson builds on: "improves" or "confirms", a colon, and the id of a strategy; nothing for a lesson of its own."""

    basis = forms.RegexField(rf"^({'|'.join(Basis)}):[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}\Z", required=False)

    def chosen(self) -> tuple[Basis | None, uuid.UUID | None]:
        """How, and on which."""
        how, _, which = self.cleaned_data["basis"].partition(":")
        return (Basis(how), uuid.UUID(which)) if which else (None, None)


class ConsentForm(forms.Form):
    """An answer to publishing one wording."""

    version = forms.IntegerField(min_value=1)
    agrees = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])


class VoteForm(forms.Form):
    """What the group should do next."""

    outcome = forms.ChoiceField(choices=[(outcome.value, outcome.name) for outcome in WISHES])


def need_short(text: str) -> None:
    """Raises ValidationError for words that are too long to be read at a table."""
    length = len(clean_text(text))
    if length > LONG:
        words = _(
            "This has %(length)s characters; a table can take in %(most)s at once. Nothing was cut and nothing was saved: shorten it, please."
        )
        raise forms.ValidationError(words % {"length": length, "most": LONG})


def read_texts(data: QueryDict, prefix: str) -> dict[uuid.UUID, str]:
    """Boxes named `prefix-<uuid>`: id -> cleaned text. Raises ValidationError when one has more than LONG characters."""
    for name, _key in _named(data, prefix):
        need_short(str(data[name]))
    return {key: clean_text(str(data[name])) for name, key in _named(data, prefix)}


def read_lessons(data: QueryDict) -> dict[uuid.UUID, dict[str, str]]:
    """Boxes named `when-<uuid>`, `doing-<uuid>` and so on: id of the lesson's box -> its words."""
    found: dict[uuid.UUID, dict[str, str]] = {}
    for word in WRITTEN_ALONE:
        for key, text in read_texts(data, word).items():
            found.setdefault(key, dict.fromkeys(WRITTEN_ALONE, ""))[word] = text
    return found


def read_scores(data: QueryDict) -> dict[uuid.UUID, Given]:
    """Choices named `help-<uuid>`, `do-<uuid>`, `evidence-<uuid>`; what is no score counts as not chosen."""
    keys = {key for prefix in ("help", "do", "evidence") for _, key in _named(data, prefix)}
    return {key: Given(_score(data, f"help-{key}"), _score(data, f"do-{key}"), _evidence(data, f"evidence-{key}")) for key in keys}


def read_marks(data: Mapping[str, Any]) -> dict[str, MarkKind]:
    """Choices named `mark-<card key>`: card key -> mark."""
    found = {name.removeprefix("mark-")[:60]: str(value) for name, value in data.items() if name.startswith("mark-")}
    return {key: MarkKind(value) for key, value in found.items() if value in set(MarkKind)}


def _named(data: QueryDict, prefix: str) -> list[tuple[str, uuid.UUID]]:
    found = []
    for name in data:
        head, _, tail = name.partition("-")
        try:
            if head == prefix:
                found.append((name, uuid.UUID(tail)))
        except ValueError:
            continue
    return found


def _score(data: QueryDict, name: str) -> int | None:
    value = data.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and LOWEST <= int(value) <= HIGHEST else None


def _evidence(data: QueryDict, name: str) -> Evidence | None:
    value = data.get(name, "")
    return Evidence(value) if value in set(Evidence) else None
