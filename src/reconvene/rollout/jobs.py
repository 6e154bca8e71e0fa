"""Making a printout, in two steps of one transaction each, so that whoever waits can see how far it is."""

import logging
import uuid
from dataclasses import asdict
from datetime import datetime

from reconvene.base.jobs import job
from reconvene.base.typesetting import CannotPrint
from reconvene.rollout.drawings import DRAWINGS
from reconvene.rollout.models import Printout
from reconvene.rollout.printing import printed
from reconvene.rollout.printing_words import printing_words
from reconvene.rollout.queries import worked_by
from reconvene.rollout.telling import tell

log = logging.getLogger(__name__)


@job
def work_out(*, printout: str, now: datetime) -> None:
    """Draw the draws and put everything into words, as the case and its report are now. One that is gone or worked out already is left alone."""
    made = Printout.objects.select_related("case__organisation", "report").filter(id=uuid.UUID(printout), worked_at=None).first()
    if made is None:
        return
    if made.case is None:  # a document of a roll-out came with all its words
        made.work_out(made.matter, now=now)
        set_in_pages(printout=printout, once=printout)
        return
    telling = tell(worked_by(made.case, report=made.report, currency=made.case.organisation.currency))
    drawn = {name: draw(telling) for name, draw in DRAWINGS.items()}
    made.work_out({"telling": asdict(telling), "words": printing_words(telling), "drawings": drawn}, now=now)
    set_in_pages(printout=printout, once=printout)


@job
def set_in_pages(*, printout: str, now: datetime) -> None:
    """Set it in pages. What cannot be set is marked, so that nobody waits for it."""
    made = Printout.objects.filter(id=uuid.UUID(printout), made_at=None).exclude(worked_at=None).first()
    if made is None:
        return
    try:
        made.finish(printed(made.kind, made.matter), now=now)
    except CannotPrint:
        log.exception("The printout %s cannot be set.", made.id)
        made.fail(now=now)
