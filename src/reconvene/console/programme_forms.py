"""Starting and changing a programme, a roster, a course. What a programme may be is checked here; whether its audience will do, by the action."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reconvene.base.forms import DesignForm
from reconvene.console.programme_words import EMPHASES
from reconvene.groups.models import Programme
from reconvene.groups.rules import GAP_LONGEST, GAP_SHORTEST, LARGEST, PROMISE_DAYS, SMALLEST, ProgrammeKind
from reconvene.guides.models import Topic
from reconvene.people.models import Level
from reconvene.programmes.actions import Draft
from reconvene.programmes.recipes import Recipe
from reconvene.programmes.rules import LARGEST_SEED, LONGEST, MOST_TOPICS, SECOND_AFTER, working_days_later

DISTANCES = (
    (0, gettext_lazy("the same level only")),
    (1, gettext_lazy("one level apart at most")),
    (2, gettext_lazy("two levels apart at most")),
)
MINUTES = ((60, "60"), (75, "75"), (90, "90"))
SIZES = [(size, str(size)) for size in range(SMALLEST, LARGEST + 1)]
RULES = ("level_distance", "gap_shortest", "gap_longest", "session_minutes", "is_on_site", "emphasis", "promise_days", "is_reviewed")


class DayField(forms.DateField):
    """A day, picked or typed like 2026-03-13."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(attrs={"type": "date", "data-fit": ""}, format="%Y-%m-%d"))
        options.setdefault(
            "error_messages", {"invalid": gettext_lazy("Write the day like 2026-03-13."), "required": gettext_lazy("Choose a day.")}
        )
        super().__init__(**options)


class NumberField(forms.TypedChoiceField):
    """One of a few numbers."""

    def __init__(self, choices: Sequence[tuple[int, Any]], **options: Any) -> None:
        super().__init__(choices=choices, coerce=int, **options)


class RulesForm(DesignForm):
    """The rules that a running programme may still change."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("Stands in the invitation. A purpose, not people: “Spring wave”."),
        error_messages={"required": gettext_lazy("Give it a name."), "max_length": gettext_lazy("This is longer than 120 characters.")},
    )  # fmt: skip
    ends_on = DayField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Empty: it goes on until you end it. Groups that are there go on in any case."),
    )
    level_distance = NumberField(DISTANCES, label=gettext_lazy("Levels in one group"), initial=1)
    gap_shortest = forms.IntegerField(label=gettext_lazy("Days between the sessions, at least"), initial=GAP_SHORTEST)
    gap_longest = forms.IntegerField(label=gettext_lazy("Days between the sessions, at most"), initial=GAP_LONGEST)
    session_minutes = NumberField(MINUTES, label=gettext_lazy("Minutes of a session"), initial=90)
    emphasis = forms.ChoiceField(label=gettext_lazy("What counts most when groups are formed"), choices=EMPHASES, initial="balanced")
    promise_days = forms.IntegerField(
        label=gettext_lazy("Promise: working days from a challenge to the first session"), initial=PROMISE_DAYS, min_value=3, max_value=60,
        error_messages={"min_value": gettext_lazy("Fewer than 3 working days leave no time to answer."), "max_value": gettext_lazy("A promise of more than 60 working days is none.")},
    )  # fmt: skip
    is_on_site = forms.BooleanField(label=gettext_lazy("Sessions on site: everybody of a group works at the same one"), required=False)
    is_reviewed = forms.BooleanField(label=gettext_lazy("I look at each group before it is invited"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        shortest, longest = given.get("gap_shortest"), given.get("gap_longest")
        if shortest is not None and not GAP_SHORTEST <= shortest <= GAP_LONGEST:
            self.add_error("gap_shortest", _("Between %(least)s and %(most)s days: shorter leaves no time to practise, longer and it is forgotten.") % {"least": GAP_SHORTEST, "most": GAP_LONGEST})  # fmt: skip
        if longest is not None and not GAP_SHORTEST <= longest <= GAP_LONGEST:
            self.add_error("gap_longest", _("Between %(least)s and %(most)s days.") % {"least": GAP_SHORTEST, "most": GAP_LONGEST})
        if shortest is not None and longest is not None and shortest > longest:
            self.add_error("gap_longest", _("The most is less than the least."))
        return given

    def check_review(self, given: dict[str, Any], *, topics: int) -> None:
        """With one topic, whoever sees who sits in a group knows what about."""
        if given.get("is_reviewed") and topics == 1:
            self.add_error(
                "is_reviewed",
                _(
                    "With one topic only, you would see from the seats who has that challenge. Choose two or more, or none, or do without the look."
                ),
            )

    def clean_name(self) -> str:
        return str(self.cleaned_data["name"]).replace("\x00", "").strip()

    def check_days(self, given: dict[str, Any], *, starts_on: date | None) -> None:
        """Sentences for days that are reversed or too far away."""
        sign_up, ends, second = given.get("signs_up_until"), given.get("ends_on"), given.get("second_by")
        if starts_on is None:
            return
        if sign_up and sign_up < starts_on:
            self.add_error("signs_up_until", _("The sign-up would end before it begins."))
        if ends and ends < (sign_up or starts_on):
            self.add_error(
                "ends_on", _("The last day lies before the end of the sign-up.") if sign_up else _("The last day lies before the first.")
            )
        for name, day in (("signs_up_until", sign_up), ("second_by", second)):
            if day and day - starts_on > LONGEST:
                self.add_error(name, _("That is more than three years away. Nobody waits so long."))
        if ends and ends - starts_on > LONGEST:
            self.add_error("ends_on", _("That is more than three years away. Leave it empty for a programme without an end."))
        if second and sign_up and second <= sign_up:
            self.add_error("second_by", _("The later half would begin before the sign-up is over."))


class ChangeForm(RulesForm):
    """What may still be changed of a running programme: not its kind, its people, its topics, or the size of its groups, on which thresholds rest."""

    signs_up_until = DayField(label=gettext_lazy("Last day of the sign-up"))
    second_by = DayField(label=gettext_lazy("The later half begins on this day at the latest"))

    def __init__(self, programme: Programme, *args: Any, **options: Any) -> None:
        names = ["name", *RULES, "ends_on", "signs_up_until", "second_by"]
        options.setdefault("initial", {name: getattr(programme, name) for name in names})
        super().__init__(*args, **options)
        self.programme = programme
        if not programme.gathers or programme.formed_at:
            del self.fields["signs_up_until"]
        if programme.kind != ProgrammeKind.PILOT or programme.second_began_at:
            del self.fields["second_by"]
        if programme.is_open:
            del self.fields["ends_on"]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        self.check_days(given, starts_on=self.programme.starts_on)
        self.check_review(given, topics=self.programme.topics.count())
        return given


class StartForm(RulesForm):
    """A programme to be started from a recipe."""

    starts_on = DayField(label=gettext_lazy("First day"), help_text=gettext_lazy("From when on people are invited."))
    signs_up_until = DayField(label=gettext_lazy("Last day of the sign-up"))
    second_by = DayField(
        label=gettext_lazy("The later half begins on this day at the latest"),
        help_text=gettext_lazy("Otherwise as soon as all groups of the first half have reconvened."),
    )
    topics = forms.MultipleChoiceField(label=gettext_lazy("Topics"), required=False)
    functions = forms.MultipleChoiceField(label=gettext_lazy("Functions"), required=False)
    sites = forms.MultipleChoiceField(label=gettext_lazy("Sites"), required=False)
    levels = forms.TypedMultipleChoiceField(label=gettext_lazy("Levels"), required=False, coerce=int)
    smallest = NumberField(SIZES, label=gettext_lazy("People in a group, at least"), initial=SMALLEST)
    largest = NumberField(SIZES, label=gettext_lazy("People in a group, at most"), initial=LARGEST)
    randomised_by = forms.ChoiceField(
        label=gettext_lazy("Chance decides"), choices=[("group", gettext_lazy("group by group")), ("person", gettext_lazy("person by person"))],
    )  # fmt: skip
    seed = forms.IntegerField(
        label=gettext_lazy("Seed of the draw"), required=False, min_value=1, max_value=LARGEST_SEED,
        help_text=gettext_lazy("Empty: the program takes one and shows it, so that the draw can be done again."),
    )  # fmt: skip

    def __init__(self, recipe: Recipe, *args: Any, organisation_facts: "Facts", today: date, **options: Any) -> None:
        options.setdefault("initial", initial(recipe, today=today, topics=organisation_facts.topics))
        super().__init__(*args, **options)
        self.recipe, self.facts, self.today = recipe, organisation_facts, today
        for name, choices in organisation_facts.choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = choices
        if not recipe.kind.gathers:
            del self.fields["signs_up_until"]
        if recipe.kind == ProgrammeKind.COURSE:
            for name in ("functions", "sites", "levels"):
                del self.fields[name]
        if recipe.kind != ProgrammeKind.PILOT:
            for name in ("second_by", "randomised_by", "seed"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        self.check_days(given, starts_on=given.get("starts_on"))
        if (given.get("starts_on") or self.today) < self.today:
            self.add_error("starts_on", _("The first day lies in the past, so nobody could be invited on it. Choose today or a later day."))
        if (given.get("starts_on") or self.today) - self.today > LONGEST:
            self.add_error("starts_on", _("That is more than three years away. Choose a day that is nearer."))
        self.check_review(given, topics=len(given.get("topics", ())))
        if given.get("smallest", 0) > given.get("largest", LARGEST):
            self.add_error("largest", _("The most is less than the least."))
        if self.recipe.kind in (ProgrammeKind.WAVE, ProgrammeKind.PILOT) and len(given.get("topics", ())) > MOST_TOPICS:
            self.add_error(
                "topics", _("Choose %(most)s topics at most. With more of them, few people make no group on any.") % {"most": MOST_TOPICS}
            )
        return given

    def draft(self) -> Draft:
        """What the action is asked for."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "topics"}
        by_slug = {topic.slug: topic for topic in self.facts.topics}
        topics = tuple(by_slug[slug] for slug in self.cleaned_data.get("topics", ()))
        return Draft(kind=self.recipe.kind, recipe=self.recipe.slug, topics=topics, **given)


class Facts:
    """What there is to choose from in an organisation."""

    def __init__(self, *, topics: Sequence[Topic], functions: Sequence[str], sites: Sequence[str], levels: Sequence[Level]) -> None:
        self.topics = topics
        self.choices: dict[str, list[tuple[Any, str]]] = {
            "topics": [(topic.slug, topic.title) for topic in topics],
            "functions": [(name, name) for name in functions],
            "sites": [(name, name) for name in sites],
            "levels": [(level.rank, level.name) for level in levels],
        }


def initial(recipe: Recipe, *, today: date, topics: Sequence[Topic]) -> dict[str, Any]:
    """Sensible values for a recipe: it begins tomorrow, and its sign-up lasts as long as the recipe says."""
    known = {topic.slug for topic in topics}
    starts_on = working_days_later(today, 1)
    signs_up_until = working_days_later(starts_on, recipe.days) if recipe.days else None
    return {
        "name": _(recipe.title),
        "starts_on": starts_on,
        "signs_up_until": signs_up_until,
        "second_by": signs_up_until + SECOND_AFTER if signs_up_until else None,
        "ends_on": starts_on + timedelta(weeks=recipe.weeks) if recipe.weeks else None,
        "topics": [slug for slug in recipe.topics if slug in known],
        **recipe.rules,
    }


class RosterForm(DesignForm):
    """The file with the participants of a course."""

    file = forms.FileField(
        label=gettext_lazy("List of participants"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
        help_text=gettext_lazy("CSV or Excel, with a column of mail addresses or of staff numbers. Other columns are not read."),
        error_messages={"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("The file is empty.")},
    )  # fmt: skip


class CourseForm(DesignForm):
    """A course that the organisation offers."""

    name = forms.CharField(label=gettext_lazy("Course"), max_length=120, error_messages={"required": gettext_lazy("Write its name.")})
    about = forms.ChoiceField(
        label=gettext_lazy("What it is about"), error_messages={"required": gettext_lazy("Choose a category or a topic.")}
    )

    def __init__(self, topics: Sequence[Topic], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        categories = sorted({topic.category for topic in topics})
        field = self.fields["about"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(f"c:{name}", name) for name in categories] + [(f"t:{topic.slug}", topic.title) for topic in topics]
