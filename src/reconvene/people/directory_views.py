"""Pages of the directory import: uploads, and one import with its preview. For L&D and administrators; nobody else finds them."""

import csv
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reconvene.base import clock
from reconvene.people import directory_actions as actions
from reconvene.people.directory.columns import BadMapping
from reconvene.people.directory.refusals import Unreadable
from reconvene.people.directory_forms import ApplyForm, ColumnsForm, LevelsForm, ReadingForm, UploadForm
from reconvene.people.directory_queries import Preview, preview, read_upload
from reconvene.people.directory_words import CHANGE_WORDS, DATE_WORDS
from reconvene.people.models import DirectoryImport, Level, Person
from reconvene.people.requests import PersonRequest
from reconvene.text.cells import as_text

SHOWN = 50  # lines of each list on a page; the report has them all


def _find(request: PersonRequest, import_id: UUID) -> DirectoryImport:
    return get_object_or_404(DirectoryImport.objects.visible_to(request.user), id=import_id)


def _find_waiting(request: PersonRequest, import_id: UUID) -> DirectoryImport:
    return get_object_or_404(DirectoryImport.objects.visible_to(request.user).waiting(), id=import_id)


@require_http_methods(["GET", "POST"])
def imports(request: PersonRequest) -> HttpResponse:
    """The uploads so far, and the box for the next one."""
    person = request.user
    if not person.may_import:
        raise Http404  # nothing to scope yet: for members this page does not exist
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            staged = actions.stage_import(person.organisation, data=upload.read(), filename=upload.name, by=person, now=clock.now())
        except Unreadable as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("directory-import", staged.id)
    uploads = DirectoryImport.objects.visible_to(person).newest_first().select_related("uploaded_by")[:20]
    page = {"form": form, "uploads": uploads, "place": "people", "people": Person.objects.visible_to(person).active().count()}
    return render(request, "people/directory_imports.html", page, status=422 if form.errors else 200)


@require_GET
def directory_import(request: PersonRequest, import_id: UUID) -> HttpResponse:
    """What the file holds and what it would change."""
    staged = _find(request, import_id)
    if staged.applied_at is not None:
        return render(request, "people/directory_applied.html", {"import": staged, "place": "people"})
    return _page(request, staged, preview(staged, now=clock.now()))


@require_POST
def reading(request: PersonRequest, import_id: UUID) -> HttpResponse:
    """Read the file in another way."""
    staged = _find_waiting(request, import_id)
    form = ReadingForm(read_upload(staged), request.POST)
    if form.is_valid():
        try:
            actions.correct_reading(staged, reading=form.reading())
        except Unreadable as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("directory-import", staged.id)
    return _page(request, staged, preview(staged, now=clock.now()), reading=form)


@require_POST
def columns(request: PersonRequest, import_id: UUID) -> HttpResponse:
    """Take other columns."""
    staged = _find_waiting(request, import_id)
    found = preview(staged, now=clock.now())
    form = ColumnsForm(found.table, found.mapping, request.POST)
    if form.is_valid():
        try:
            actions.correct_columns(staged, mapping=form.chosen())
        except BadMapping as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("directory-import", staged.id)
    return _page(request, staged, found, columns=form)


@require_POST
def levels(request: PersonRequest, import_id: UUID) -> HttpResponse:
    """Decide which title or grade means which level."""
    staged = _find_waiting(request, import_id)
    found = preview(staged, now=clock.now())
    form = LevelsForm(found.levels, _ladder(), request.POST)
    if form.is_valid():
        actions.correct_levels(staged, table=form.table())
        return redirect("directory-import", staged.id)
    return _page(request, staged, found, levels=form)


@require_POST
def application(request: PersonRequest, import_id: UUID) -> HttpResponse:
    """Bring the people in."""
    staged = _find(request, import_id)
    if staged.applied_at is not None:
        return redirect("directory-import", staged.id)
    found = preview(staged, now=clock.now())
    form = ApplyForm(found, request.POST)
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            actions.apply_import(
                staged, choice=chosen.get("choice", "good"), allow_leaving=chosen.get("allow_leaving", False), now=clock.now()
            )
        except actions.AlreadyApplied:
            return redirect("directory-import", staged.id)
        except (
            actions.NotReady, actions.BadRows, actions.TooManyLeaving, actions.AddressElsewhere, actions.NobodyAdministers,
        ) as refusal:  # fmt: skip
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The directory is up to date."))
            return redirect("directory-import", staged.id)
    return _page(request, staged, found, apply=form)


@require_POST
def removal(request: PersonRequest, import_id: UUID) -> HttpResponse:
    """Throw an upload away that was not applied."""
    _find_waiting(request, import_id).delete()
    return redirect("directory-imports")


@require_GET
def problems(request: PersonRequest, import_id: UUID) -> HttpResponse:
    """Every problem as a CSV for whoever mends the list. Cells that a spreadsheet would calculate are marked as text."""
    found = preview(_find_waiting(request, import_id), now=clock.now())
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="problems.csv"'
    writer = csv.writer(response, quoting=csv.QUOTE_ALL)
    writer.writerow([_("Row"), _("Column"), _("Value"), _("What is wrong"), _("What to do"), _("Row is left out")])
    for problem in found.staged.problems if found.staged else ():
        texts = (problem.column, problem.value, problem.reason, problem.suggestion)
        writer.writerow([problem.row, *(as_text(text) for text in texts), _("yes") if problem.refuses else _("no")])
    return response


def _ladder() -> list[str]:
    return list(Level.objects.order_by("rank").values_list("name", flat=True))


def _changed(found: Preview) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """The first people who change, each with field, old and new text."""
    changed = found.changes.changed[:SHOWN] if found.changes else ()
    return [
        (change.record.label or change.existing.label, [(str(CHANGE_WORDS[field.field]), field.old, field.new) for field in change.fields])
        for change in changed
    ]


def _page(request: PersonRequest, staged: DirectoryImport, found: Preview, **bound: object) -> HttpResponse:
    """The preview, with forms that hold what was typed when one of them was refused."""
    sections = {
        "reading": bound.get("reading") or ReadingForm(found.table),
        "columns": bound.get("columns") or ColumnsForm(found.table, found.mapping),
        "levels": bound.get("levels") or LevelsForm(found.levels, _ladder()),
        "apply": bound.get("apply") or ApplyForm(found),
    }
    page = {
        **sections,
        "import": staged,
        "preview": found,
        "form": next(iter(bound.values()), None),
        "sample": list(zip(found.table.row_numbers, found.table.rows, strict=True)),
        "names": [found.table.column_name(index) for index in range(found.table.width)],
        "shown": SHOWN,
        "shown_slice": f":{SHOWN}",
        "changed": _changed(found),
        "dates": found.staged.dates if found.staged else None,
        "dates_like": DATE_WORDS[found.staged.dates.format] if found.staged and found.staged.dates else "",
        "place": "people",
    }
    return render(request, "people/directory_import.html", page, status=422 if bound else 200)
