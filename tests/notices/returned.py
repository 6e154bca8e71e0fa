"""Mails as mail servers send them back: delivery reports (RFC 3464) and feedback reports (RFC 5965)."""

from reconvene.notices.models import Notice

REPORT = """From: MAILER-DAEMON@mail.example\r
To: reconvene@example.org\r
Subject: Undelivered Mail Returned to Sender\r
Auto-Submitted: auto-replied\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type={kind}; boundary="b1"\r
\r
--b1\r
Content-Type: text/plain; charset=us-ascii\r
\r
I'm sorry to have to inform you that your message could not be delivered.\r
\r
--b1\r
Content-Type: message/{kind}\r
\r
{facts}\r
\r
--b1\r
Content-Type: {returned}\r
\r
From: reconvene@example.org\r
To: {address}\r
Subject: A neutral line\r
Message-ID: {message_id}\r
\r
--b1--\r
"""
STATUS = "Reporting-MTA: dns; mail.example\r\n\r\nFinal-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; {code}"
FEEDBACK = "Feedback-Type: {kind}\r\nUser-Agent: Feedback/1.0\r\nVersion: 1"


def bounce(notice: Notice, *, status: str = "5.1.1", action: str = "failed", address: str = "", returned: str = "message/rfc822") -> bytes:
    """A delivery report about a notice's mail."""
    to = address or str(notice.person.email)
    facts = STATUS.format(address=to, action=action, status=status, code="550 No such person")
    return REPORT.format(kind="delivery-status", facts=facts, returned=returned, address=to, message_id=notice.message_id).encode()


def complaint(notice: Notice, *, kind: str = "abuse") -> bytes:
    """A reader pressed the spam button."""
    facts, to = FEEDBACK.format(kind=kind), notice.person.email
    return REPORT.format(kind="feedback-report", facts=facts, returned="message/rfc822", address=to, message_id=notice.message_id).encode()
