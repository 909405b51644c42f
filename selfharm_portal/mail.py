"""How the portal writes e-mail: a letter with a text and an HTML part, marked in a demonstration."""

import logging
from collections.abc import Sequence
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from selfharm_portal.pages.demonstration import is_demonstration

log = logging.getLogger(__name__)


def send(
    *,
    to: Sequence[str],
    heading: str,
    paragraphs: Sequence[str],
    rows: Sequence[tuple[str, str]] = (),
    why: str,
    action: str = "",
    path: str = "",
    sign: str = "NCISH team",
    reply_to: Sequence[str] = (),
) -> None:
    """Send a letter whose subject is its heading.

    paragraphs: plain text. rows: pairs of words below them, one a line.
    action, path: what its one button says, and where on this site it leads.
    why: the sentence at the end that says why the person gets this.
    A mail server that does not answer is logged and never undoes what the letter is about:
    call this after the commit.
    """
    demonstration = is_demonstration()
    context = {
        "heading": heading,
        "paragraphs": paragraphs,
        "rows": rows,
        "why": why,
        "action": action,
        "link": urljoin(settings.PORTAL_URL, path) if path else "",
        "sign": sign,
        "is_demonstration": demonstration,
    }
    message = EmailMultiAlternatives(
        subject=f"[Demonstration] {heading}" if demonstration else heading,
        body=render_to_string("email/letter.txt", context),
        to=list(to),
        reply_to=list(reply_to),
    )
    message.attach_alternative(render_to_string("email/letter.html", context), "text/html")
    try:
        message.send()
    except OSError:
        # smtplib's errors are OSErrors too.
        log.exception("The e-mail “%s” was not sent", heading)
