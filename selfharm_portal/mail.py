"""How the portal writes e-mail: one text and one HTML part from two templates, marked in a demonstration."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from selfharm_portal.pages.demonstration import is_demonstration

log = logging.getLogger(__name__)


def send(template: str, *, to: Sequence[str], subject: str, context: Mapping[str, Any], link: str = "") -> None:
    """Send templates `<template>.txt` and `<template>.html`; `link` is a path on this site.

    A mail server that does not answer is logged and never undoes what the mail is about:
    call this after the commit.
    """
    demonstration = is_demonstration()
    words = {
        **context,
        "subject": subject,
        "is_demonstration": demonstration,
        "link": urljoin(settings.PORTAL_URL, link),
    }
    message = EmailMultiAlternatives(
        subject=f"[Demonstration] {subject}" if demonstration else subject,
        body=render_to_string(f"{template}.txt", words),
        to=list(to),
    )
    message.attach_alternative(render_to_string(f"{template}.html", words), "text/html")
    try:
        message.send()
    except OSError:
        # smtplib's errors are OSErrors too.
        log.exception("E-mail “%s” was not sent", subject)
