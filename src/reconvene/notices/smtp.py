"""The channel of mail: hands one mail to the SMTP server and says what became of it. Another channel is a module with a `hand_over` of its own."""

import logging
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from reconvene.notices.mail import Mail

log = logging.getLogger(__name__)


class Outcome(Enum):
    """What a server made of one message."""

    SENT = "sent"
    REFUSED = "refused"
    LATER = "later"
    AWAY = "away"


@contextmanager
def line() -> Iterator[BaseEmailBackend]:
    """One connection for many mails; opened by the first of them."""
    connection = get_connection()
    try:
        yield connection
    finally:
        with suppress(smtplib.SMTPException, OSError):
            connection.close()


def hand_over(mail: Mail, *, connection: BaseEmailBackend) -> Outcome:
    """Give one mail to the server and class its answer. Logs codes only, never an address or a word of the mail."""
    try:
        if isinstance(connection, EmailBackend):
            connection.open()  # by hand, so that it stays open for the next mail
        connection.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        log.warning("The mail server refused a recipient: %s.", codes)
        return Outcome.REFUSED if all(code >= 500 for code in codes) else Outcome.LATER
    except smtplib.SMTPDataError as refused:
        log.warning("The mail server refused a mail: %s.", refused.smtp_code)
        return Outcome.REFUSED if refused.smtp_code >= 500 else Outcome.LATER
    except (smtplib.SMTPException, OSError) as error:
        log.error("The mail server is away: %s.", type(error).__name__)
        return Outcome.AWAY
    except ValueError as error:  # an address or header that no mail can carry; trying again would hold up the others
        log.error("A mail cannot be put on the wire: %s.", type(error).__name__)
        return Outcome.REFUSED
    return Outcome.SENT
