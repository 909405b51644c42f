"""Help in a crisis."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from resources.querysets import HelplineQuerySet


class Helpline(models.Model):
    """A way to reach somebody now. Shown to the public only where `verified`: a wrong hour can do harm."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=150)
    for_whom = models.CharField(max_length=200)
    phone = models.CharField(max_length=100, blank=True, help_text="As people say it: 116 123.")
    phone_tel = models.CharField(
        "phone, for the button",
        max_length=30,
        blank=True,
        validators=[RegexValidator(r"^tel:\+?[0-9]+$", "Write it as tel:116123, without spaces.")],
        help_text="As tel:116123, without spaces.",
    )
    sms = models.CharField(
        "text message", max_length=200, blank=True, help_text="As a reader is told: Text SHOUT to 85258."
    )
    email = models.EmailField("e-mail", blank=True)
    webchat_url = models.URLField("webchat", max_length=300, blank=True)
    url = models.URLField("website", max_length=300, blank=True)
    hours = models.CharField(max_length=200)
    cost = models.CharField(max_length=100)
    note = models.TextField("note for readers", blank=True)
    urgent = models.BooleanField(default=False, help_text="For immediate danger: shown above all others.")
    order = models.PositiveSmallIntegerField(default=1000, help_text="Shown from the lowest number up.")
    verified = models.BooleanField(
        default=False, help_text="Somebody has seen or rung it: number and hours are right. Only then is it shown."
    )
    last_verified = models.DateField(null=True, blank=True, help_text="When somebody last rang or opened it.")
    evidence = models.TextField(blank=True, help_text="Where number and hours were seen. Never shown to readers.")
    curator_note = models.TextField(blank=True, help_text="For curators. Never shown to readers.")

    objects = HelplineQuerySet.as_manager()

    class Meta:
        ordering = ["-urgent", "order", "name"]
        verbose_name = "help line"
        constraints = [
            models.CheckConstraint(
                condition=~Q(phone="") | ~Q(sms="") | ~Q(email="") | ~Q(webchat_url="") | ~Q(url=""),
                name="helpline_can_be_reached_in_some_way",
                violation_error_code="phone",
                violation_error_message="Give at least one way to reach it.",
            ),
            models.CheckConstraint(
                condition=Q(phone_tel="") | Q(phone_tel__regex=r"^tel:\+?[0-9]+$"),
                name="helpline_button_dials_a_number",
                violation_error_code="phone_tel",
                violation_error_message="Write the phone for the button as tel:116123, without spaces.",
            ),
            models.CheckConstraint(
                condition=Q(phone_tel="") | ~Q(phone=""),
                name="helpline_button_has_its_number_in_words",
                violation_error_code="phone",
                violation_error_message="Give the phone number as people say it, too.",
            ),
            models.CheckConstraint(
                condition=Q(webchat_url="") | Q(webchat_url__iregex=r"^https?://"),
                name="helpline_webchat_is_of_the_web",
                violation_error_message="The webchat begins with https:// or http://.",
            ),
            models.CheckConstraint(
                condition=Q(url="") | Q(url__iregex=r"^https?://"),
                name="helpline_url_is_of_the_web",
                violation_error_message="The website begins with https:// or http://.",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(for_whom="") & ~Q(hours="") & ~Q(cost=""),
                name="helpline_says_who_when_and_what_it_costs",
                violation_error_message="Say its name, whom it is for, when it answers and what it costs.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
