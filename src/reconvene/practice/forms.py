"""Forms of the practice weeks: the plan, three taps, half-way, the report, the journal. The room uses the plan's form too."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reconvene.base.forms import DesignForm, MemberTextField
from reconvene.practice.cues import vague_cue
from reconvene.practice.models import CheckIn, Plan
from reconvene.practice.rules import WEEKS, CameUp, DecidedBy, DidIt, HalfWay, PlanDraft, ReportDraft
from reconvene.practice.words import CAME_UP, DECIDED_BY, DID_IT, TIMES

CHOICES = [(HalfWay.KEEP, _("Keep it")), (HalfWay.SHRINK, _("Shrink it")), (HalfWay.SWAP, _("Swap it"))]


def _taps(label: Any, choices: list[tuple[Any, Any]], *, is_needed: bool = False) -> forms.ChoiceField:
    widget = forms.RadioSelect(attrs={"aria-describedby": "check-sees"})
    return forms.ChoiceField(label=label, choices=choices, widget=widget, required=is_needed)


class CheckInForm(DesignForm):
    """Three taps, one sentence, and whether the buddy may see it."""

    came_up = _taps(_("Did the situation come up?"), CAME_UP, is_needed=True)
    did_it = _taps(_("Did you do what you planned?"), DID_IT)
    decided_by = _taps(_("What mainly decided that?"), DECIDED_BY)
    happened = MemberTextField(label=_("What happened, in a sentence"), required=False, rows=2, longest=600)
    tell_a_colleague = MemberTextField(label=_("What would you tell a colleague?"), required=False, rows=2, longest=600)
    share = forms.BooleanField(required=False, widget=forms.CheckboxInput(attrs={"aria-describedby": "check-sees"}))

    @property
    def answers(self) -> dict[str, Any]:
        """Keyword arguments for `actions.check_in`."""
        given = self.cleaned_data
        return {
            **given,
            "came_up": CameUp(given["came_up"]),
            "did_it": DidIt(given["did_it"]) if given["did_it"] else None,
            "decided_by": DecidedBy(given["decided_by"]) if given["decided_by"] else None,
        }

    @staticmethod
    def initial_of(kept: CheckIn | None) -> dict[str, Any]:
        """What was answered before."""
        names = ("came_up", "did_it", "decided_by", "happened", "tell_a_colleague")
        return {**{name: getattr(kept, name) for name in names}, "share": kept.shared_at is not None} if kept else {}


class CueMixin(DesignForm):
    """Refuses an "if" that names no occasion, with a sentence that says what it lacks."""

    def clean_if_cue(self) -> str:
        cue: str = self.cleaned_data["if_cue"]
        if cue and (lack := vague_cue(cue)):
            raise forms.ValidationError(lack)
        return cue


class LinesForm(CueMixin):
    """The two lines of a plan that are read aloud: if, and then."""

    if_cue = MemberTextField(label=_("If"), rows=2, longest=240, help_text=_("When, where or with whom: an occasion you would notice."))
    then_action = MemberTextField(label=_("then I …"), rows=2, longest=240, help_text=_("What you do: ask, wait, say."))

    @classmethod
    def initial_of(cls, plan: Plan | None) -> dict[str, Any]:
        """The plan as it stands."""
        return {name: getattr(plan, name) for name in cls.base_fields} if plan else {}


class PlanForm(LinesForm):
    """The whole plan: wish, best result, obstacle, if, then, first occasion, sign."""

    field_order = ("want", "best_result", "obstacle", "if_cue", "then_action", "first_on", "sign")

    want = MemberTextField(label=_("I want"), rows=2, longest=400, help_text=_("One small thing that matters to you in these four weeks."))
    best_result = MemberTextField(label=_("The best that could come of it"), required=False, rows=2, longest=400)
    obstacle = MemberTextField(label=_("What in me or my week gets in the way"), required=False, rows=2, longest=400)
    first_on = forms.DateField(label=_("First occasion"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    sign = MemberTextField(label=_("I will notice that it works by"), required=False, rows=2, longest=400)

    @property
    def draft(self) -> PlanDraft:
        """The plan as written."""
        return PlanDraft(**self.cleaned_data)


class HalfWayForm(CueMixin):
    """Keep, shrink or swap; the last two with a new if-then line."""

    choice = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect(attrs={"aria-describedby": "choice-sees"}))
    if_cue = MemberTextField(label=_("If"), required=False, rows=2, longest=240)
    then_action = MemberTextField(label=_("then I …"), required=False, rows=2, longest=240)
    first_on = forms.DateField(label=_("Next occasion"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("choice") in (HalfWay.SHRINK, HalfWay.SWAP):
            for name in ("if_cue", "then_action"):
                if name not in self.errors and not given.get(name):
                    self.add_error(name, _("A plan needs both lines: if, and then."))
        return given

    def draft(self, plan: Plan) -> PlanDraft | None:
        """The new plan, on the ground of the old one; None when it is kept."""
        given = self.cleaned_data
        if given["choice"] == HalfWay.KEEP:
            return None
        kept = {"want": plan.want, "best_result": plan.best_result, "obstacle": plan.obstacle, "sign": plan.sign}
        return PlanDraft(**kept, if_cue=given["if_cue"], then_action=given["then_action"], first_on=given["first_on"])


class ReportForm(DesignForm):
    """What a member brings to the reconvene, and notes that nobody else ever sees."""

    planned = MemberTextField(label=_("What I planned"), required=False, rows=2, longest=1000)
    did = MemberTextField(
        label=_("What I did"), required=False, help_text=_("“I did not get to it” is a full report. Say what got in the way.")
    )
    happened = MemberTextField(label=_("What happened"), required=False)
    surprised = MemberTextField(label=_("What surprised me"), required=False)
    times = forms.ChoiceField(label=_("How often I did it"), choices=TIMES, required=False, widget=forms.RadioSelect)
    weeks = forms.TypedMultipleChoiceField(
        label=_("In which weeks"), choices=[(week, week) for week in WEEKS], coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    private_notes = MemberTextField(label=_("Private notes"), required=False)

    @property
    def draft(self) -> ReportDraft:
        """The report as written."""
        return ReportDraft(**{**self.cleaned_data, "weeks": tuple(self.cleaned_data["weeks"])})


class JournalForm(DesignForm):
    """One note for oneself."""

    text = MemberTextField(
        label=_("A line for yourself"),
        rows=3,
        longest=1000,
        help_text=_("What you noticed, what you would do otherwise. It stands under today’s date."),
        error_messages={"required": _("Write a line first.")},
    )


class BossForm(DesignForm):
    """The draft for one's boss, to be changed and taken along; it is never stored or sent from here."""

    text = MemberTextField(label=_("Draft, yours to change"), rows=12, longest=4000, required=False)
