"""Texts, people and partners of the programme; what people write to NCISH; what this database is."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from . import markdown
from .querysets import PageQuerySet, PersonQuerySet


class PageKey(models.TextChoices):
    """The pages whose words stand in the database; each has one address."""

    HOME = "home", "Home"
    GET_HELP = "get-help", "Get help now"
    ABOUT = "about", "About the programme"
    PEOPLE = "people", "People"
    HOW_WE_CHOOSE = "how-we-choose", "How we choose and check resources"
    INDEPENDENCE = "independence", "Independence"
    ACCESSIBILITY = "accessibility", "Accessibility"
    PRIVACY = "privacy", "Privacy"
    COOKIES = "cookies", "Cookies"


MARKDOWN_HELP = (
    "Markdown: **bold**, - lists, [words](https://address), tables. A gap is written as **[what is missing]**."
)


class Page(models.Model):
    """The words of one page; which page it is, and so its address, never changes."""

    key = models.CharField(max_length=20, choices=PageKey, unique=True, verbose_name="page")
    title = models.CharField(max_length=160)
    tagline = models.CharField(max_length=200, blank=True, default="", help_text="The large line of the home page.")
    lead = models.TextField(help_text="One or two sentences under the title.")
    intro = models.TextField(blank=True, default="", help_text=f"Paragraphs before the sections. {MARKDOWN_HELP}")
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[PageQuerySet] = PageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["key"]
        constraints = [models.CheckConstraint(condition=Q(key__in=PageKey.values), name="page_key_has_an_address")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("home" if self.key == PageKey.HOME else f"pages:{self.key.replace('-', '_')}")

    def gaps(self) -> list[tuple[str, str]]:
        """(heading, words) of what is still to be completed, in the order of the page."""
        texts = [(self.title, self.lead), (self.title, self.intro)]
        texts += [(section.heading, section.body_markdown) for section in self.sections.all()]
        return [(heading, words) for heading, text in texts for words in markdown.gaps(text)]


class PageSection(models.Model):
    """A heading and its text. `key` is the anchor in the address, so it stays when the heading changes."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="sections")
    order = models.PositiveSmallIntegerField(default=0)
    key = models.SlugField(max_length=80, verbose_name="anchor")
    heading = models.CharField(max_length=160)
    body_markdown = models.TextField("text", help_text=MARKDOWN_HELP)
    source = models.URLField(max_length=500, blank=True, default="")

    class Meta:
        ordering = ["page", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["page", "key"], name="page_section_key_once_per_page")]

    def __str__(self) -> str:
        return self.heading


class Target(models.TextChoices):
    """The three parts of the portal."""

    AREAS = "areas", "Areas"
    RESOURCES = "resources", "Library"
    MEASURES = "measures", "Measures"


class WayIn(models.Model):
    """One of the cards on the home page that lead into the three parts of the portal."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="ways_in")
    order = models.PositiveSmallIntegerField(default=0)
    key = models.SlugField(max_length=40)
    target = models.CharField(max_length=12, choices=Target)
    title = models.CharField(max_length=100)
    text = models.TextField()
    link_text = models.CharField(max_length=60)

    class Meta:
        ordering = ["page", "order", "pk"]
        verbose_name_plural = "ways in"
        constraints = [
            models.UniqueConstraint(fields=["page", "key"], name="way_in_key_once_per_page"),
            models.CheckConstraint(condition=Q(target__in=Target.values), name="way_in_target_is_known"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        names = {Target.AREAS: "sites:list", Target.RESOURCES: "resources:list", Target.MEASURES: "measures:list"}
        return reverse(names[Target(self.target)])


def validate_evidence(value: Any) -> None:
    """A list of {"what": ..., "source": ...}; both are text."""
    if not isinstance(value, list) or not all(
        isinstance(item, dict)
        and set(item) == {"what", "source"}
        and all(isinstance(text, str) for text in item.values())
        for item in value
    ):
        raise ValidationError('Write a list such as [{"what": "Where it was seen", "source": "https://…"}].')


class PersonGroup(models.Model):
    """The kind of experience that a member of the panel brings."""

    key = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=80)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = "group of the panel"
        verbose_name_plural = "groups of the panel"

    def __str__(self) -> str:
        return self.title


class PersonKind(models.TextChoices):
    PANEL = "panel", "Expert Reference Panel"
    CORE_STAFF = "core-staff", "Core staff"


class CorrectedField(models.TextChoices):
    NAME = "name", "Name"
    TITLE = "title", "Title"
    ROLE = "role", "Role"
    ORGANISATION = "organisation", "Organisation"


class CorrectionCertainty(models.TextChoices):
    """How sure the proposal is; only what is confirmed is applied on the page."""

    CONFIRMED = "confirmed", "Confirmed: applied, with a footnote"
    LIKELY = "likely", "Likely"
    STYLE_ONLY = "style only", "A matter of style only"
    NOT_CONFIRMED = "not confirmed", "Not confirmed"


class Person(models.Model):
    """A person as the programme's own page names them. Nothing is added to the published words."""

    key = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=PersonKind)
    group = models.ForeignKey(PersonGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="people")
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=40, blank=True, default="", help_text="As published, for example Professor.")
    name = models.CharField(max_length=120, help_text="As published.")
    role = models.CharField(max_length=250, help_text="As published, or what a source says of the person's part.")
    role_as_published = models.CharField(
        max_length=250,
        blank=True,
        default="",
        help_text="Core staff: the role in the programme's own list, once it has been read.",
    )
    organisation = models.CharField(max_length=200, help_text="As published.")
    correction_field = models.CharField(
        "what to correct", max_length=12, choices=CorrectedField, blank=True, default=""
    )
    correction_proposed = models.CharField("proposed", max_length=250, blank=True, default="")
    correction_reason = models.TextField("reason", blank=True, default="")
    correction_certainty = models.CharField(
        "how certain", max_length=15, choices=CorrectionCertainty, blank=True, default=""
    )
    correction_advice = models.CharField("before changing", max_length=120, blank=True, default="")
    evidence = models.JSONField(
        default=list, blank=True, validators=[validate_evidence], help_text="Where the person was seen. Staff only."
    )
    note = models.TextField(blank=True, default="", help_text="Staff only.")
    confirmed = models.BooleanField(
        "seen in a source", default=False, help_text="A source about the programme names this person."
    )
    confirmed_on = models.DateField(
        "confirmed by NCISH on",
        null=True,
        blank=True,
        help_text="Agrees to be named, and the words are right. Search engines stay out until everyone is confirmed.",
    )
    is_hidden = models.BooleanField("hidden", default=False, help_text="Takes the person off the page at once.")

    objects: ClassVar[PersonQuerySet] = PersonQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["kind", "order", "pk"]
        verbose_name_plural = "people"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=PersonKind.PANEL, group__isnull=False)
                | Q(kind=PersonKind.CORE_STAFF, group__isnull=True),
                name="person_of_the_panel_has_a_group",
                violation_error_message="A member of the panel has a group; core staff have none.",
            ),
            models.CheckConstraint(
                condition=Q(
                    correction_field="",
                    correction_proposed="",
                    correction_reason="",
                    correction_certainty="",
                    correction_advice="",
                )
                | (
                    Q(correction_field__in=CorrectedField.values, correction_certainty__in=CorrectionCertainty.values)
                    & ~Q(correction_proposed="")
                    & ~Q(correction_reason="")
                ),
                name="person_correction_is_whole_or_absent",
                violation_error_message="A correction needs what, the proposed words, a reason and how certain it is.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_corrected(self) -> bool:
        """Is a correction applied where readers see this person?"""
        return self.correction_certainty == CorrectionCertainty.CONFIRMED

    def as_shown(self, field: str) -> str:
        """The published words of a field, or its confirmed correction."""
        if self.is_corrected and self.correction_field == field:
            return self.correction_proposed
        return str(getattr(self, field))


class PartnerKind(models.TextChoices):
    LEAD = "lead", "Leads the programme"
    ACADEMIC = "academic", "Research"
    COMMISSIONER = "commissioner", "Commissions it"
    FUNDER = "funder", "Funds it"
    HOST = "host", "Hosts the team"


class Partner(models.Model):
    """An organisation of the programme."""

    key = models.SlugField(max_length=40, unique=True)
    order = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=160)
    short_name = models.CharField(max_length=40)
    role = models.CharField(max_length=250)
    kind = models.CharField(max_length=15, choices=PartnerKind)
    url = models.URLField("web address", max_length=500, blank=True, default="")
    evidence = models.JSONField(default=list, blank=True, validators=[validate_evidence], help_text="Staff only.")
    note = models.TextField(blank=True, default="", help_text="Staff only.")
    confirmed = models.BooleanField("seen in a source", default=False)
    is_hidden = models.BooleanField("hidden", default=False, help_text="Takes the partner off the page at once.")

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=PartnerKind.values), name="partner_kind_is_known")]

    def __str__(self) -> str:
        return self.name


class ContactMessage(models.Model):
    """What somebody wrote to NCISH on the contact page.

    Kept as it came; staff mark it as answered, and delete it if its writer asks for that.
    """

    receipt = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False
    )  # the address of the receipt says nothing
    sent_at = models.DateTimeField(default=timezone.now, editable=False)
    name = models.CharField(max_length=120, blank=True, default="")
    email = models.EmailField("e-mail", blank=True, default="")
    subject = models.CharField(max_length=150, blank=True, default="")
    message = models.TextField()
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = "message to NCISH"
        verbose_name_plural = "messages to NCISH"
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="contact_message_answered_when_and_by_whom",
            ),
            models.CheckConstraint(condition=~Q(message=""), name="contact_message_says_something"),
        ]

    def __str__(self) -> str:
        return self.reference  # Django admin notes it of a deleted row, so no word of the writer's

    def get_absolute_url(self) -> str:
        return reverse("pages:contact_sent", args=[self.receipt])

    @property
    def reference(self) -> str:
        """What a person quotes when they ask after their message."""
        return f"Q{self.pk:05d}"


class DatabaseKind(models.TextChoices):
    DEMONSTRATION = "demonstration", "Demonstration: made-up numbers"
    REAL = "real", "Real"


class PortalDatabase(models.Model):
    """What this database is. One row, written by the first load of content and never changed.

    demonstration/telling.py is its only writer and its only reader.
    """

    singleton = models.BooleanField(primary_key=True, default=True, editable=False)
    kind = models.CharField(max_length=13, choices=DatabaseKind)
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "what this database is"
        verbose_name_plural = "what this database is"
        constraints = [
            models.CheckConstraint(condition=Q(singleton=True), name="portal_database_has_one_row_at_most"),
            models.CheckConstraint(condition=Q(kind__in=DatabaseKind.values), name="portal_database_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
