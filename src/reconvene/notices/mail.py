"""From a message to an e-mail: plain text and HTML, the headers that mail programs need, the calendar part. Used by sending only."""

import uuid
from datetime import timedelta
from email.mime.base import MIMEBase
from email.mime.text import MIMEText

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from reconvene.base import tenancy
from reconvene.base.links import Link, absolute
from reconvene.notices.models import Notice
from reconvene.notices.rules import PER_CYCLE, Message

PAUSE = "pause"
PAUSE_GOOD_FOR = timedelta(days=180)


class Mail(EmailMultiAlternatives):
    """A mail whose calendar part carries its iTIP method, as Outlook, Google and Apple expect."""

    calendar: bytes | None = None
    method = ""

    def _create_alternatives(self, msg: MIMEBase) -> MIMEBase:
        body = super()._create_alternatives(msg)  # type: ignore[misc]  # the stubs leave it out
        if self.calendar is None:
            return body  # type: ignore[no-any-return]
        part = MIMEText(self.calendar.decode(), "calendar", "utf-8")
        part.set_param("method", self.method)
        body.attach(part)
        return body  # type: ignore[no-any-return]


def build(notice: Notice, message: Message, *, number: int) -> Mail:
    """The e-mail for one notice. `number` says the how-many-eth counted message it is; 0 for the others."""
    pause = pause_address(notice) if notice.is_counted else ""
    context = {
        "message": message,
        "pause": pause,
        "number": number,
        "most": PER_CYCLE,
        "organisation": notice.person.organisation.name,
        "account": absolute("account"),
    }
    headers = {"Message-ID": notice.message_id, "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    if message.thread is not None:
        root = thread_root(message.thread, notice.person_id)
        headers |= {"In-Reply-To": root, "References": root}
    if pause:
        headers |= {"List-Unsubscribe": f"<{pause}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    mail = Mail(
        subject=" ".join(message.subject.split()),
        body=render_to_string("notices/mail.txt", context),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.to or str(notice.person.email)],
        headers=headers,
    )
    mail.attach_alternative(render_to_string("notices/mail.html", context), "text/html")
    mail.calendar, mail.method = message.calendar, message.method
    return mail


def thread_root(thread: uuid.UUID, person_id: uuid.UUID) -> str:
    """The Message-ID of a mail that was never sent, to which all of one thread answer; each person has their own, and it says nothing."""
    return f"<{uuid.uuid5(thread, str(person_id)).hex}.thread@reconvene>"


def pause_address(notice: Notice) -> str:
    """Where one tap stops the counted messages; good for half a year, long after the mail is forgotten."""
    until = notice.due_at + PAUSE_GOOD_FOR
    link = Link(PAUSE, tenancy.current(), notice.person_id, uuid.UUID(int=0), until)
    return absolute("pause", link.token())
