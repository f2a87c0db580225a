"""Letters of the portal: a link to confirm an address, or to choose a new password.

They are sent while the visitor waits: a letter that cannot be sent is told at once.
"""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import make_msgid
from urllib.parse import urlsplit

from storage.errors import Refused, Transient
from storage.settings import Settings
from web.language import gettext
from web.marking import N_

PATIENCE_SECONDS = 10
_SMTP_PORT = 25

_IGNORE = N_("If it was not you, you need do nothing.")


def are_sent(settings: Settings) -> bool:
    """Whether this portal sends letters at all."""
    return bool(settings.smtp)


def check_mail_server(settings: Settings) -> None:
    """Refuse an address that no letter can be handed to.

    Raises:
        Refused: ``bad-setting``.
    """
    if settings.smtp:
        _mail_server(settings)


def _mail_server(settings: Settings) -> tuple[str, int]:
    told = urlsplit(settings.smtp)
    try:
        port = told.port
    except ValueError:
        port = None
    if told.scheme != "smtp" or not told.hostname or told.path or (":" in told.netloc and not port):
        raise Refused("bad-setting", name="SANDYQ_SMTP", value=settings.smtp)
    return told.hostname, port or _SMTP_PORT


def confirmation(address: str) -> tuple[str, Sequence[str]]:
    """Subject and paragraphs of the letter to somebody who has just registered."""
    return gettext(N_("Confirm your e-mail address")), (
        gettext(N_("Somebody registered as a reader of the digital archive with this address.")),
        gettext(N_("To confirm it, open this page; the link holds for two days:")),
        address,
        gettext(_IGNORE),
    )


def already_registered(address: str) -> tuple[str, Sequence[str]]:
    """… to somebody who has registered before."""
    return gettext(N_("You are registered already")), (
        gettext(N_("Somebody registered as a reader of the digital archive with this address.")),
        gettext(N_("You have an account here already. To choose a new password, open this page:")),
        address,
        gettext(_IGNORE),
    )


def new_password(address: str) -> tuple[str, Sequence[str]]:
    """… to somebody who forgot the password."""
    return gettext(N_("A new password")), (
        gettext(N_("Somebody asked for a new password for your account in the digital archive.")),
        gettext(N_("To choose one, open this page; the link holds for one hour:")),
        address,
        gettext(_IGNORE),
    )


def no_account(address: str) -> tuple[str, Sequence[str]]:
    """… to an address that nobody has an account with."""
    return gettext(N_("A new password")), (
        gettext(N_("Somebody asked for a new password in the digital archive with this address.")),
        gettext(N_("No account has this address. To register, open this page:")),
        address,
        gettext(_IGNORE),
    )


def send(settings: Settings, to: str, letter: tuple[str, Sequence[str]]) -> None:
    """Hand a letter to the mail server.

    Raises:
        Transient: ``letter-not-sent``.
    """
    subject, paragraphs = letter
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.mail_from, to, subject
    message["Message-ID"] = make_msgid(domain=settings.mail_from.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n\n".join(paragraphs) + "\n")
    host, port = _mail_server(settings)
    try:
        with smtplib.SMTP(host, port, timeout=PATIENCE_SECONDS) as server:
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise Transient("letter-not-sent") from error
