"""What an item of the library can be said to be: the words to choose from, as readers see them."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

#: Last parts of addresses below /resources/ that belong to pages of the portal, now or later.
RESERVED_SLUGS = [
    *("for", "lists", "a-to-z", "kinds", "feed", "new", "themes", "qs34", "dictionary", "guide", "overview"),
]


#: Quality standard 34 has eight statements.
QS34_STATEMENTS = list(range(1, 9))


FIRST_YEAR, LAST_YEAR = 1900, 2100


class ResourceType(models.TextChoices):
    """What kind of thing it is. What a reader may conclude from that is in evidence_kinds.py."""

    GUIDELINE = "guideline", "Guideline"
    QUALITY_STANDARD = "quality_standard", "Quality standard"
    SYSTEMATIC_REVIEW = "systematic_review", "Review of studies"
    JOURNAL_ARTICLE = "journal_article", "Journal article"
    REPORT = "report", "Report"
    COMPETENCE_FRAMEWORK = "competence_framework", "Competence framework"
    TOOLKIT = "toolkit", "Toolkit"
    TRAINING_COURSE = "training_course", "Course"
    TRAINING_PACKAGE = "training_package", "Training package"
    LEAFLET = "leaflet", "Leaflet or guide"
    WEBSITE = "website", "Website"
    APP = "app", "App"
    VIDEO = "video", "Video"
    DATASET = "dataset", "Figures and data"


class Audience(models.TextChoices):
    """Whom an item was written for. It gives no permission to show it on a public page: Reader does."""

    CLINICIANS = "clinicians", "Clinicians"
    EMERGENCY_DEPARTMENT_STAFF = "emergency_department_staff", "Emergency department staff"
    PRIMARY_CARE = "primary_care", "General practice"
    COMMUNITY_MENTAL_HEALTH = "community_mental_health", "Community mental health staff"
    COMMISSIONERS = "commissioners", "Commissioners"
    EDUCATORS = "educators", "Schools and colleges"
    RESEARCHERS = "researchers", "Researchers"
    FAMILIES_AND_CARERS = "families_and_carers", "Families and carers"
    PEOPLE_WHO_SELF_HARM = "people_who_self_harm", "People who self-harm"
    YOUNG_PEOPLE = "young_people", "Young people"
    PUBLIC = "public", "Everyone"


class Setting(models.TextChoices):
    """Where care is given."""

    PRIMARY_CARE = "primary_care", "General practice"
    EMERGENCY_DEPARTMENT = "emergency_department", "Emergency departments"
    COMMUNITY_MENTAL_HEALTH = "community_mental_health", "Community mental health services"
    INPATIENT = "inpatient", "Hospital wards"
    SCHOOLS = "schools", "Schools and colleges"
    PRISONS = "prisons", "Prisons"
    VOLUNTARY_SECTOR = "voluntary_sector", "Charities and community groups"
    ONLINE = "online", "Online"


class Population(models.TextChoices):
    """The age groups that an item is about."""

    CHILDREN_AND_YOUNG_PEOPLE = "children_and_young_people", "Children and young people"
    ADULTS = "adults", "Adults"
    OLDER_ADULTS = "older_adults", "Older adults"


class Reader(models.TextChoices):
    """The three readers' pages: on which of them an item may appear."""

    PROFESSIONALS = "professionals", "Professionals"
    FAMILIES = "families", "Families and friends"
    YOU = "you", "People who self-harm"

    def get_absolute_url(self) -> str:
        return reverse(f"resources:for_{self.value}")


class Cost(models.TextChoices):
    FREE = "free", "Free"
    PAID = "paid", "Costs money"
    UNKNOWN = "unknown", "Cost not known"


class Format(models.TextChoices):
    """What opens when the link is followed."""

    WEB_PAGE = "web_page", "Web page"
    PDF = "pdf", "PDF to read or print"
    VIDEO = "video", "Video"
    APP = "app", "App"
    COURSE = "course", "Online course"
    BOOK = "book", "Book"
    DATASET = "dataset", "Data file"


class Status(models.TextChoices):
    """Where the work itself stands, whatever the portal does with it."""

    CURRENT = "current", "Current"
    IN_DEVELOPMENT = "in_development", "In development"
    SUPERSEDED = "superseded", "Replaced by something newer"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Check(models.TextChoices):
    """What a second person ticks before readers see an item, or see it changed."""

    SAFE_WORDS = (
        "safe_words",
        "Safe words: no method of self-harm, nothing that blames, a note where it is hard to read",
    )
    OWN_WORDS = "own_words", "Own words: the summary is ours, and nothing is taken over from the item or its abstract"
    LINK = "link", "Link: I opened it, and it leads to this item, or the sentence on how to get it is true"
    CURRENCY = "currency", "Currency: it is still in use, or it says what replaced it and when it is looked at again"
    AUDIENCE = "audience", "Audience: the pages that it is on are right for the people who read them"


class ChangeKind(models.TextChoices):
    """What a sentence of an item's history is about, and so who is told: changes.py says that of each."""

    ADDED = "added", "Added to the library"
    REPLACED = "replaced", "Replaced by something newer"
    WITHDRAWN = "withdrawn", "Withdrawn"
    STATUS = "status", "In use, or in development"
    LINK = "link", "Link changed or repaired"
    EDITION = "edition", "New edition"
    DETAILS = "details", "Something else that readers see"
    REVIEWED = "reviewed", "Reviewed"
    FOR_STAFF = "for_staff", "For staff only"


class Standing(models.TextChoices):
    """How a link did when it was last tried."""

    UNCHECKED = "unchecked", "Not checked yet"
    FINE = "fine", "Opens"
    MOVED = "moved", "Moved for good"
    SOFT = "soft", "Did not open as it should"
    BROKEN = "broken", "Broken"


def refuse_reserved_slug(slug: str) -> None:
    if slug in RESERVED_SLUGS:
        raise ValidationError(
            "“%(slug)s” is the address of a page of this site. Choose another.", params={"slug": slug}, code="reserved"
        )


def list_of(choices: type[models.TextChoices], verbose_name: str, help_text: str = "") -> ArrayField[Any, Any]:
    """A column that holds several of `choices`; the model's constraint refuses anything else."""
    item: models.CharField[str, str] = models.CharField(max_length=40, choices=choices)
    return ArrayField(item, default=list, blank=True, verbose_name=verbose_name, help_text=help_text)
