"""Pages of a roll-out’s documents: as generated from the settings or as L&D has changed them, as text and as PDF."""

import uuid
from hashlib import sha256

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from reconvene.base import clock, typesetting
from reconvene.guides.markup import to_html
from reconvene.people.doors import for_learning, for_overseers, for_readers
from reconvene.people.requests import PersonRequest
from reconvene.rollout import plan, project_actions, project_queries
from reconvene.rollout.blocks import blocks
from reconvene.rollout.case_views import PRIVATE
from reconvene.rollout.models import Paper, Printout, Project
from reconvene.rollout.pages import name_of, page_of, project_for, today_for
from reconvene.rollout.papers import KINDS
from reconvene.rollout.parts import Kind, generated
from reconvene.rollout.project_actions import Saved
from reconvene.rollout.project_forms import (
    PaperSheet,
)  # fmt: skip


@for_readers
def paper(request: PersonRequest, project_id: uuid.UUID, kind: str) -> HttpResponse:
    """A document: as it is generated from the settings, or as L&D has changed it."""
    found = project_for(request, project_id)
    return page_of(request, "rollout/paper.html", found, _paper(found, _kind(kind)))


@for_learning
def paper_text(request: PersonRequest, project_id: uuid.UUID, kind: str) -> HttpResponse:
    """Change a document, or go back to the generated one."""
    found, about = project_for(request, project_id), _kind(kind)
    generated = _generated(found, about)
    stored = Paper.objects.filter(project=found, kind=kind).select_related("changed_by").first()
    if request.method == "POST" and request.POST.get("do") == "reset":
        project_actions.reset_paper(found, kind=kind, by=request.user, now=clock.now())
        messages.success(request, _("The document follows the settings again."))
        return redirect("roll-out-paper", found.id, kind)
    sheet = PaperSheet(stored, generated, request.POST if request.method == "POST" else None)
    status = 422 if sheet.errors else 200
    if sheet.is_valid():
        saved = project_actions.keep_paper(
            found, kind=kind, text=sheet.typed["text"], based_on=_hash(generated), version=sheet.version, by=request.user, now=clock.now()
        )
        if saved is Saved.DONE:
            messages.success(request, _("Kept. When a setting changes, this page says so."))
            return redirect("roll-out-paper", found.id, kind)
        now = Paper.objects.select_related("changed_by").get(project=found, kind=kind)
        sheet.collide({"text": now.text or generated}, version=now.version, by=name_of(now.changed_by))
        status = 409
    return page_of(
        request, "rollout/paper_text.html", found, {"sheet": sheet, "kind": about, "kept": stored and stored.text}, status=status
    )


@for_readers
def paper_markdown(request: PersonRequest, project_id: uuid.UUID, kind: str) -> HttpResponse:
    """A document as a text file."""
    return _markdown(project_for(request, project_id), _kind(kind))


@for_overseers
def data_papers(request: PersonRequest) -> HttpResponse:
    """What works council and data protection read of every roll-out: the documents about data."""
    kinds = [kind for kind in KINDS.values() if kind.is_about_data]
    return render(request, "rollout/data_papers.html", {"projects": _overseen(request), "kinds": kinds, "place": "oversight"})


@for_overseers
def data_paper(request: PersonRequest, project_id: uuid.UUID, kind: str) -> HttpResponse:
    """A document about data, to read and to print: generated, or L&D's own text with what would be generated now beside it."""
    found, about = get_object_or_404(_overseen(request), id=project_id), _data_kind(kind)
    return page_of(request, "rollout/data_paper.html", found, {**_paper(found, about), "place": "oversight"})


@for_overseers
def data_paper_markdown(request: PersonRequest, project_id: uuid.UUID, kind: str) -> HttpResponse:
    """A document about data as a text file."""
    return _markdown(get_object_or_404(_overseen(request), id=project_id), _data_kind(kind))


@for_readers
def paper_printout(request: PersonRequest, project_id: uuid.UUID, kind: str) -> HttpResponse:
    """Ask for a document as PDF, or see how far it is. A hundred times asking is asking once."""
    found, about = project_for(request, project_id), _kind(kind)
    if request.method == "POST":
        kept = _kept(found, kind)
        text = kept.text if kept else _generated(found, about)
        day = date_format(today_for(request.user), "j F Y")
        matter = typesetting.paper(blocks(text), title=_(about.title), organisation=request.user.organisation.name, as_of=day)
        project_actions.ask_for_paper(found, paper=kind, matter=matter, now=clock.now())
        return redirect("roll-out-printout", found.id, kind)
    made = _printout(found, kind)
    part = "rollout/paper_printout.html#part" if request.headers.get("HX-Request") else "rollout/paper_printout.html"
    return page_of(request, part, found, {"kind": about, "printout": made, "is_stuck": made is not None and made.is_stuck(now=clock.now())})


@for_readers
def paper_file(request: PersonRequest, project_id: uuid.UUID, kind: str) -> HttpResponse:
    """The PDF itself, to be kept."""
    found = project_for(request, project_id)
    _kind(kind)
    made = _printout(found, kind)
    if made is None or made.data is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{_file_name(found, kind)}.pdf"', **PRIVATE}
    return HttpResponse(bytes(made.data), content_type="application/pdf", headers=headers)


def _kind(key: str) -> Kind:
    if key not in KINDS:
        raise Http404
    return KINDS[key]


def _data_kind(key: str) -> Kind:
    if not _kind(key).is_about_data:
        raise Http404
    return KINDS[key]


def _overseen(request: PersonRequest) -> QuerySet[Project]:
    overseen: QuerySet[Project] = Project.objects.overseen_by(request.user).select_related("organisation", "programme")
    return overseen


def _paper(found: Project, about: Kind) -> dict[str, object]:
    """What a page about a document shows."""
    generated, kept = _generated(found, about), _kept(found, about.key)
    return {
        "kind": about,
        "html": _html(kept.text if kept else generated),
        "kept": kept,
        "is_behind": kept is not None and kept.based_on != _hash(generated),
        "generated": _html(generated) if kept else "",
    }


def _markdown(found: Project, about: Kind) -> HttpResponse:
    kept = _kept(found, about.key)
    headers = {"Content-Disposition": f'attachment; filename="{_file_name(found, about.key)}.md"', **PRIVATE}
    return HttpResponse(kept.text if kept else _generated(found, about), content_type="text/markdown; charset=utf-8", headers=headers)


def _generated(found: Project, kind: Kind) -> str:
    gate_of_pilot = found.gates.filter(phase=plan.PILOT).first()
    titles = (
        {topic.slug: topic.title for topic in project_queries.survey_topics(found.organisation_id)} if found.survey.get("cells") else {}
    )
    return generated(kind, project_queries.live(found, gate=gate_of_pilot, topics=titles))


def _kept(found: Project, kind: str) -> Paper | None:
    return Paper.objects.filter(project=found, kind=kind).exclude(text="").select_related("changed_by").first()


def _printout(found: Project, kind: str) -> Printout | None:
    made: Printout | None = found.printouts.filter(paper=kind).order_by("-asked_at").first()
    return made


def _html(text: str) -> str:
    """The text as the page shows it: sections below the page's own heading, which replaces the text's title."""
    lines = [line for line in text.split("\n") if not line.startswith("# ")]
    return to_html("\n".join(f"#{line}" if line.startswith("## ") else line for line in lines))


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _file_name(found: Project, kind: str) -> str:
    return f"{slugify(found.name)[:60] or 'roll-out'}-{kind}"
