"""E-mail by SMTP."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from bot.notify.notice import Notice

TIMEOUT = 10.0


class MailFault(OSError):
    """The mail server cannot be used safely."""


def send_mail(smtp_url: str, sender: str, recipient: str, notice: Notice) -> None:
    """Send a notice through `smtp://` (with STARTTLS where offered) or `smtps://`.

    Raises OSError (smtplib's errors are), also rather than tell a password to a server without TLS.
    """
    parts = urlsplit(smtp_url)
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    with kind(parts.hostname or "", parts.port or 0, timeout=TIMEOUT) as server:
        if parts.scheme == "smtp" and server.ehlo()[0] and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            if not isinstance(server.sock, ssl.SSLSocket):
                raise MailFault("the mail server offers no TLS")
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(_message(sender, recipient, notice))


def _message(sender: str, recipient: str, notice: Notice) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, recipient, notice.subject
    message["Message-ID"] = f"<{notice.id}@{sender.rpartition('@')[2].rstrip('>')}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(notice.text)
    return message
