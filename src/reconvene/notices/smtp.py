"""The channel of mail: hands one mail to the SMTP server and says what became of it. One connection for a batch, opened by its first mail."""

import logging
import smtplib
from contextlib import suppress

from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend

from reconvene.base.translation import gettext_noop as _
from reconvene.notices.channels import Delivery, Outcome, Way, register
from reconvene.notices.mail import Mail, build
from reconvene.notices.models import Notice, Preference
from reconvene.notices.rules import MAIL, Message

log = logging.getLogger(__name__)


class MailChannel:
    """Implements `channels.Channel`."""

    def __init__(self) -> None:
        self._connection = get_connection()

    def write(self, notice: Notice, message: Message, *, number: int, preference: Preference) -> Mail:
        """The mail."""
        return build(notice, message, number=number)

    def deliver(self, written: Mail) -> Delivery:
        """Give one mail to the server and class its answer. Logs codes only, never an address or a word of the mail."""
        try:
            if isinstance(self._connection, EmailBackend):
                self._connection.open()  # by hand, so that it stays open for the next mail
            self._connection.send_messages([written])
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _words in refused.recipients.values()]
            log.warning("The mail server refused a recipient: %s.", codes)
            return Delivery(Outcome.REFUSED if all(code >= 500 for code in codes) else Outcome.LATER)
        except smtplib.SMTPDataError as refused:
            log.warning("The mail server refused a mail: %s.", refused.smtp_code)
            return Delivery(Outcome.REFUSED if refused.smtp_code >= 500 else Outcome.LATER)
        except (smtplib.SMTPException, OSError) as error:
            log.error("The mail server is away: %s.", type(error).__name__)
            return Delivery(Outcome.AWAY)
        except ValueError as error:  # an address or header that no mail can carry; trying again would hold up the others
            log.error("A mail cannot be put on the wire: %s.", type(error).__name__)
            return Delivery(Outcome.REFUSED)
        return Delivery(Outcome.SENT)

    def close(self) -> None:
        """Say goodbye, if anybody still listens."""
        with suppress(smtplib.SMTPException, OSError):
            self._connection.close()


register(Way(MAIL, _("Mail"), _("To your work address, at the hour you like."), lambda: True, MailChannel))
