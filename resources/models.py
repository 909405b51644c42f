"""The library: what there is to read, who may be shown it, and who has checked it.

`key` of the content files is the `slug` here. The code of a constraint's error is the field that a form says it
beside. Texts that are not known are empty, never a guess;
answers that are not known (is it Easy Read?) are null.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from selfharm_portal.publishing.models import (
    PublicationState,
    Publishable,
    first_review,  # noqa: F401 (a migration knows it by this name)
)

from . import link_health
from .querysets import (
    CONFIG,
    FailedSearchQuerySet,
    HelplineQuerySet,
    LinkQuerySet,
    NotTheSameQuerySet,
    ReadingListQuerySet,
    ResourceChangeQuerySet,
    ResourceManager,
    WordQuerySet,
)

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


class Section(models.Model):
    """One of the headings under which the library is shown."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=150)
    introduction = models.TextField(help_text="One or two plain sentences: what a reader finds here.")
    position = models.PositiveSmallIntegerField(default=0, help_text="Sections are shown from the lowest number up.")

    class Meta:
        ordering = ["position", "title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{reverse('resources:list')}?section={self.slug}"


class Topic(models.Model):
    """What an item is about. The programme's themes point here too."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=150)
    position = models.PositiveSmallIntegerField(default=0, help_text="Topics are shown from the lowest number up.")

    class Meta:
        ordering = ["position", "title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{reverse('resources:list')}?topic={self.slug}"


class Publisher(models.Model):
    """An organisation, by the name that stands on its publications."""

    name = models.CharField(max_length=200, unique=True)
    other_spellings = ArrayField(
        models.CharField(max_length=200),
        default=list,
        blank=True,
        help_text="Other names for the same publisher, one a line. Loading content knows them too.",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """ "NICE" where the name ends in "(NICE)": what people call it; else the whole name."""
        initials = self.name.rpartition("(")[2].rstrip(")")
        return initials if self.name.endswith(f"({initials})") and initials.isupper() else self.name


class Resource(Publishable):
    """One item of the library: something that others have published, in our words, with who has checked it."""

    slug = models.SlugField(
        "address",
        max_length=80,
        unique=True,
        validators=[refuse_reserved_slug],
        help_text="The last part of the page's address. Leave it as it is once published: links would break.",
    )
    title = models.CharField(max_length=300)
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="resources")
    type = models.CharField(
        "kind of evidence",
        max_length=30,
        choices=ResourceType,
        help_text="What it is, whoever published it: a news page of NICE is not a guideline.",
    )
    topics = models.ManyToManyField(Topic, related_name="resources", blank=True)
    summary = models.TextField(
        blank=True, help_text="Our own words, at most 80 of them, and never a method of self-harm. Readers see this."
    )
    content_note = models.CharField(
        max_length=300,
        blank=True,
        help_text="What may be hard to read in it. Readers see this before the link.",
    )

    publishers = models.ManyToManyField(Publisher, through="ResourcePublisher", related_name="resources")
    authors = ArrayField(
        models.CharField(max_length=100),
        default=list,
        blank=True,
        help_text="Who wrote the work itself, one a line, as “Hawton K”.",
    )
    journal = models.CharField(max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(
        "year of publication",
        null=True,
        blank=True,
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)],
        help_text="Empty where it has none, as websites and apps often do.",
    )
    date_published = models.DateField("date of publication", null=True, blank=True, help_text="Where the day is known.")

    url = models.URLField("link", max_length=500, blank=True, help_text="Several items may share one address.")
    access_note = models.CharField(
        "how to get it without a link",
        max_length=300,
        blank=True,
        help_text="A sentence for readers where there is no link. One of the two is needed to publish.",
    )
    doi = models.CharField(
        "DOI", max_length=150, blank=True, validators=[RegexValidator(r"^10\.", "A DOI begins with “10.”.")]
    )
    pmid = models.CharField(
        "PubMed number",
        max_length=12,
        blank=True,
        validators=[RegexValidator(r"^[0-9]+$", "A PubMed number has digits only.")],
    )
    isbn = models.CharField("ISBN", max_length=20, blank=True)
    code = models.CharField(max_length=30, blank=True, help_text="As the publisher writes it, for example NG225.")

    audiences = list_of(Audience, "written for")
    settings = list_of(Setting, "settings")
    population = list_of(Population, "about")
    reader = list_of(
        Reader,
        "may be shown to",
        "The pages on which it may appear. Families and people who self-harm: only if it was opened, was meant for "
        "them and shows no method in any detail.",
    )
    cost = models.CharField(max_length=10, choices=Cost, default=Cost.UNKNOWN)
    format = models.CharField(max_length=10, choices=Format, blank=True, help_text="Empty where it is not known.")
    minutes = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="How long it takes, only where a source says so.",
    )
    login_required = models.BooleanField("needs an account", null=True, blank=True)
    easy_read = models.BooleanField("is Easy Read", null=True, blank=True)
    qs34_statements = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(8)]),
        default=list,
        blank=True,
        verbose_name="QS34 statements",
        help_text="Statements of quality standard 34 that it explains: 1 to 8, with commas. Empty if not known.",
    )

    status = models.CharField(max_length=15, choices=Status, default=Status.CURRENT)
    superseded_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name="replaced by"
    )
    status_reason = models.CharField(
        max_length=300,
        blank=True,
        help_text="A sentence for readers: why it was replaced or withdrawn, or what is to come.",
    )
    status_date = models.DateField(null=True, blank=True, help_text="Since when it is replaced or withdrawn.")
    expected_on = models.DateField(null=True, blank=True, help_text="In development: when it is expected.")

    owner = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_resources",
        help_text="Who keeps it up to date. Empty puts it on the list of items without an owner.",
    )
    verified = models.BooleanField(
        default=False, help_text="Title, publisher, year and address (or DOI) were all seen in the source named below."
    )
    evidence = models.TextField(blank=True, help_text="Where that was seen. Never shown to readers.")
    curator_note = models.TextField(blank=True, help_text="For curators. Never shown to readers.")
    created_at = models.DateTimeField("added", auto_now_add=True)

    # What it is found by, folded: indexing.py writes them, and nothing reads them but the vector.
    search_title = models.TextField(default="", db_default="", editable=False)
    search_people = models.TextField(default="", db_default="", editable=False)
    search_topics = models.TextField(default="", db_default="", editable=False)
    search_summary = models.TextField(default="", db_default="", editable=False)
    search_vector = models.GeneratedField(
        expression=SearchVector("search_title", weight="A", config=CONFIG)
        + SearchVector("search_topics", weight="B", config=CONFIG)
        + SearchVector("search_summary", weight="C", config=CONFIG)
        + SearchVector("search_people", weight="D", config=CONFIG),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ResourceManager()

    checklist = Check
    first_sentence = "Added to the library."

    class Meta(Publishable.Meta):
        abstract = False
        ordering = ["title", "slug"]
        indexes = [GinIndex(fields=["search_vector"], name="resource_is_found_by_its_words")]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED_SLUGS),
                name="resource_slug_is_no_page_of_the_portal",
                violation_error_code="slug",
                violation_error_message="This address belongs to a page of this site. Choose another.",
            ),
            models.CheckConstraint(condition=Q(type__in=ResourceType.values), name="resource_type_is_known"),
            models.CheckConstraint(
                condition=Q(audiences__contained_by=Audience.values), name="resource_audiences_are_known"
            ),
            models.CheckConstraint(
                condition=Q(settings__contained_by=Setting.values), name="resource_settings_are_known"
            ),
            models.CheckConstraint(
                condition=Q(population__contained_by=Population.values), name="resource_population_is_known"
            ),
            models.CheckConstraint(
                condition=Q(reader__contained_by=Reader.values, reader__overlap=Reader.values),
                name="resource_has_readers_and_all_are_known",
                violation_error_code="reader",
                violation_error_message="Say who may be shown it: at least one of the three readers.",
            ),
            models.CheckConstraint(condition=Q(cost__in=Cost.values), name="resource_cost_is_known"),
            models.CheckConstraint(condition=Q(format__in=[*Format.values, ""]), name="resource_format_is_known"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="resource_status_is_known"),
            models.CheckConstraint(
                condition=Q(qs34_statements__contained_by=QS34_STATEMENTS),
                name="resource_qs34_statements_are_1_to_8",
                violation_error_message="The statements of QS34 are 1 to 8.",
                violation_error_code="qs34_statements",
            ),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__gte=1),
                name="resource_minutes_are_at_least_one",
                violation_error_message="It takes at least one minute, or leave it empty.",
                violation_error_code="minutes",
            ),
            models.CheckConstraint(
                condition=Q(year__isnull=True) | Q(year__range=(FIRST_YEAR, LAST_YEAR)),
                name="resource_year_is_a_year_of_printing",
                violation_error_code="year",
                violation_error_message=f"The year of publication is between {FIRST_YEAR} and {LAST_YEAR}.",
            ),
            models.CheckConstraint(
                condition=Q(date_published__isnull=True) | Q(year__isnull=False, date_published__year=F("year")),
                name="resource_date_lies_in_its_year",
                violation_error_code="date_published",
                violation_error_message="The date of publication lies in another year than the year of publication.",
            ),
            models.CheckConstraint(
                condition=Q(url="") | Q(url__iregex=r"^https?://"),
                name="resource_url_is_of_the_web",
                violation_error_code="url",
                violation_error_message="The link begins with https:// or http://.",
            ),
            models.CheckConstraint(
                condition=Q(doi="") | Q(doi__startswith="10."),
                name="resource_doi_begins_with_10",
                violation_error_code="doi",
                violation_error_message="A DOI begins with “10.”.",
            ),
            models.CheckConstraint(
                condition=Q(pmid="") | Q(pmid__regex=r"^[0-9]+$"),
                name="resource_pmid_is_a_number",
                violation_error_code="pmid",
                violation_error_message="A PubMed number has digits only.",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.SUPERSEDED, superseded_by__isnull=False)
                | (~Q(status=Status.SUPERSEDED) & Q(superseded_by__isnull=True)),
                name="resource_names_its_successor_if_and_only_if_superseded",
                violation_error_code="superseded_by",
                violation_error_message="“Replaced” and “replaced by” go together: choose both or neither.",
            ),
            models.CheckConstraint(
                condition=Q(superseded_by__isnull=True) | ~Q(superseded_by=F("id")),
                name="resource_is_not_superseded_by_itself",
                violation_error_code="superseded_by",
                violation_error_message="An item cannot replace itself.",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.IN_DEVELOPMENT) | Q(expected_on__isnull=False) | ~Q(status_reason=""),
                name="resource_in_development_says_what_to_expect",
                violation_error_code="expected_on",
                violation_error_message="In development: give the expected date, or say in a sentence what is to come.",
            ),
            models.CheckConstraint(
                condition=Q(expected_on__isnull=True) | Q(status=Status.IN_DEVELOPMENT),
                name="resource_is_expected_only_while_in_development",
                violation_error_code="expected_on",
                violation_error_message="Only an item in development has an expected date.",
            ),
            models.CheckConstraint(
                condition=Q(status_date__isnull=True) | Q(status__in=[Status.SUPERSEDED, Status.WITHDRAWN]),
                name="resource_status_date_is_of_an_end",
                violation_error_code="status_date",
                violation_error_message="Only a replaced or withdrawn item has a date since when it is so.",
            ),
            models.CheckConstraint(
                condition=~Q(publication_state=PublicationState.PUBLISHED)
                | ~Q(status=Status.WITHDRAWN)
                | ~Q(status_reason=""),
                name="resource_published_as_withdrawn_says_why",
                violation_error_code="status_reason",
                violation_error_message="Say in a sentence why it was withdrawn: readers see the item with its reason.",
            ),
            models.CheckConstraint(
                condition=~Q(publication_state=PublicationState.PUBLISHED)
                | (~Q(title="") & ~Q(summary="") & (~Q(url="") | ~Q(access_note=""))),
                name="resource_published_has_title_summary_and_a_way_to_get_it",
                violation_error_code="url",
                violation_error_message="To be published it needs a title, a summary, and a link or how to get it.",
            ),
        ]

    def moved(self) -> None:
        """Whatever moves is found by what it says now."""
        from . import indexing

        indexing.index(Resource.objects.filter(pk=self.pk))

    def __str__(self) -> str:
        return f"{self.title} ({self.code})" if self.code else self.title

    def get_absolute_url(self) -> str:
        return reverse("resources:detail", args=[self.slug])


class ResourcePublisher(models.Model):
    """One publisher of one resource; the first is the one that is named first on it."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="resource_publishers")
    publisher = models.ForeignKey(Publisher, on_delete=models.PROTECT, related_name="resource_publishers")
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "publisher"],
                name="resource_names_a_publisher_once",
                violation_error_message="This publisher is already named.",
            )
        ]

    def __str__(self) -> str:
        return str(self.publisher)


class ResourceChange(models.Model):
    """One sentence about one change, for an item's history and the feed. Written by publishing/moves.py only."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(
        max_length=10, choices=ChangeKind, default=ChangeKind.FOR_STAFF, db_default=ChangeKind.FOR_STAFF
    )
    sentence = models.CharField(max_length=300)
    successor = models.ForeignKey(
        Resource,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="replaced by",
        help_text="Readers are told its name while it is published.",
    )
    made_at = models.DateTimeField("when", auto_now_add=True)
    by = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="resource_changes",
        help_text="Empty where the portal itself made the change.",
    )

    objects = ResourceChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["-made_at", "-id"], name="resource_changes_newest_first")]
        constraints = [
            models.CheckConstraint(condition=~Q(sentence=""), name="resource_change_is_said_in_a_sentence"),
            models.CheckConstraint(condition=Q(kind__in=ChangeKind.values), name="resource_change_kind_is_known"),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(kind=ChangeKind.REPLACED),
                name="resource_change_names_a_successor_only_if_replaced",
            ),
        ]

    def __str__(self) -> str:
        return self.sentence


class Review(models.Model):
    """That one person went through the checklist of an item and ticked all of it. Never changed, never deleted."""

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="reviews")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="reviews", verbose_name="reviewer")
    made_at = models.DateTimeField("when", auto_now_add=True)
    checked = ArrayField(models.CharField(max_length=20, choices=Check), verbose_name="what was ticked")

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(checked__contains=Check.values, checked__contained_by=Check.values),
                name="review_ticks_the_whole_checklist",
            ),
        ]

    def __str__(self) -> str:
        return f"“{self.resource}”, {self.made_at:%d.%m.%Y}"


class ImportedFile(models.Model):
    """A file of references that somebody brought: as it was when they looked at what it would do."""

    name = models.CharField(max_length=200)
    data = models.BinaryField()
    section = models.ForeignKey(Section, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    type = models.CharField(max_length=30, choices=ResourceType, blank=True)
    reader = models.CharField(max_length=20, choices=Reader, blank=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name="who brought it")
    made_at = models.DateTimeField("brought", auto_now_add=True)
    written_at = models.DateTimeField("written into the library", null=True, blank=True)
    outcome = models.CharField(max_length=300, blank=True, help_text="What it did, in a sentence.")

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(written_at__isnull=True, outcome="") | (Q(written_at__isnull=False) & ~Q(outcome="")),
                name="imported_file_says_what_it_did_once_it_is_written",
            ),
            models.CheckConstraint(
                condition=Q(type__in=[*ResourceType.values, ""]) & Q(reader__in=[*Reader.values, ""]),
                name="imported_file_fills_in_what_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class NotTheSame(models.Model):
    """Two items that look alike, and a curator who knows better: nobody is asked about them again."""

    first = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="not_the_same_as_later")
    second = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="not_the_same_as_earlier")
    by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="told_apart", verbose_name="who said so"
    )
    made_at = models.DateTimeField("when", auto_now_add=True)

    objects = NotTheSameQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = "pair that is not the same"
        verbose_name_plural = "pairs that are not the same"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="not_the_same_is_said_once"),
            models.CheckConstraint(  # whichever of the two was looked at, it is one pair
                condition=Q(first__lt=F("second")), name="not_the_same_names_the_earlier_row_first"
            ),
        ]

    def __str__(self) -> str:
        return f"“{self.first}” and “{self.second}”"


class Link(models.Model):
    """A web address somewhere on the portal, and how it did when it was last tried. Written by links.py only."""

    url = models.URLField("address", max_length=link_health.LONGEST, unique=True)
    for_readers = models.BooleanField("readers see it", default=False)
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.UNCHECKED)
    words = models.CharField("what came of it", max_length=link_health.LONGEST + 200, blank=True)
    redirects = ArrayField(models.TextField(), default=list, blank=True, help_text="In order, each with its status.")
    moved_to = models.URLField("new address", max_length=link_health.LONGEST, blank=True)
    failures = models.PositiveIntegerField("failures in a row", default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField("last checked", null=True, blank=True)
    next_check_at = models.DateTimeField(
        "not again before", null=True, blank=True, help_text="Empty: with the next check."
    )

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["url"]
        constraints = [
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="link_standing_is_known"),
            models.CheckConstraint(
                condition=Q(standing=Standing.UNCHECKED, checked_at__isnull=True)
                | (~Q(standing=Standing.UNCHECKED) & Q(checked_at__isnull=False)),
                name="link_is_unchecked_until_it_is_checked",
            ),
            models.CheckConstraint(
                condition=(Q(standing=Standing.MOVED) & ~Q(moved_to=""))
                | (~Q(standing=Standing.MOVED) & Q(moved_to="")),
                name="link_names_a_new_address_if_and_only_if_moved",
            ),
            models.CheckConstraint(
                condition=Q(failures=0, failing_since__isnull=True) | Q(failures__gt=0, failing_since__isnull=False),
                name="link_failures_have_a_beginning",
            ),
            models.CheckConstraint(
                condition=Q(failures=0) | Q(standing__in=[Standing.SOFT, Standing.BROKEN]),
                name="link_that_fails_is_not_fine",
            ),
            models.CheckConstraint(
                condition=~Q(standing=Standing.BROKEN)
                | Q(
                    failures__gte=link_health.FAILURES,
                    checked_at__gte=F("failing_since") + link_health.DAYS,
                ),
                name="link_is_broken_after_three_failures_over_three_days",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class Reminder(models.Model):
    """The letter of a week to a curator. A row stands for a letter, so that nobody gets two."""

    to = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="reminders")
    week = models.DateField("week of", help_text="Its Monday.")
    made_at = models.DateTimeField("sent", auto_now_add=True)

    class Meta:
        ordering = ["-week", "to"]
        constraints = [models.UniqueConstraint(fields=["to", "week"], name="reminder_is_sent_once_a_week")]

    def __str__(self) -> str:
        return f"{self.to}, {self.week:%d.%m.%Y}"


class ReadingList(models.Model):
    """Items in the order in which somebody should read them, each with a reason."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=150)
    introduction = models.TextField()
    audience = models.CharField(max_length=40, choices=Audience)
    position = models.PositiveSmallIntegerField(default=0, help_text="Lists are shown from the lowest number up.")
    shown = models.BooleanField(
        "shown to readers",
        default=True,
        help_text="Take the tick away instead of deleting: loading content would bring it back.",
    )
    resources = models.ManyToManyField(Resource, through="ReadingListEntry", related_name="reading_lists")

    objects = ReadingListQuerySet.as_manager()

    published_entries: list[ReadingListEntry]  # both set by with_entries()
    unpublished_entries: list[ReadingListEntry]

    class Meta:
        ordering = ["position", "title"]
        constraints = [
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="reading_list_audience_is_known"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("resources:reading_list", args=[self.slug])

    @property
    def reader(self) -> Reader:
        """Whose page the list is on: it may hold only what that reader may be shown."""
        return {Audience.FAMILIES_AND_CARERS: Reader.FAMILIES, Audience.PEOPLE_WHO_SELF_HARM: Reader.YOU}.get(
            Audience(self.audience), Reader.PROFESSIONALS
        )

    @property
    def entries_shown(self) -> list[ReadingListEntry]:
        """What is published on it and may be shown to its reader, in order. After with_entries()."""
        return [entry for entry in self.published_entries if self.reader in entry.resource.reader]

    @property
    def entries_waiting(self) -> list[ReadingListEntry]:
        """What will be shown once it is published. After with_entries()."""
        return [entry for entry in self.unpublished_entries if self.reader in entry.resource.reader]


class ReadingListEntry(models.Model):
    reading_list = models.ForeignKey(ReadingList, on_delete=models.CASCADE, related_name="entries")
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="reading_list_entries")
    position = models.PositiveSmallIntegerField(default=1)
    why = models.CharField("why to read it", max_length=300)

    class Meta:
        ordering = ["position", "id"]
        verbose_name_plural = "reading list entries"
        constraints = [
            models.UniqueConstraint(
                fields=["reading_list", "resource"],
                name="reading_list_names_a_resource_once",
                violation_error_message="This item is already on the list.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.resource}"


class ReportAbout(models.TextChoices):
    """What a reader finds wrong with an item."""

    BROKEN_LINK = "broken_link", "The link does not open"
    WRONG_PLACE = "wrong_place", "The link leads to something else"
    OUT_OF_DATE = "out_of_date", "It is out of date"
    MISTAKE = "mistake", "What this page says about it is not right"
    HARM = "harm", "Something in it could do harm"
    OTHER = "other", "Something else"


#: What needs no more words.
SAYS_ENOUGH = [ReportAbout.BROKEN_LINK, ReportAbout.WRONG_PLACE]


class ItemReport(models.Model):
    """What a reader told us about an item, without an account. Kept as it came.

    A curator says what was done, or deletes it if its writer asks for that.
    """

    receipt = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # the receipt's address says nothing
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="reports", verbose_name="item")
    sent_at = models.DateTimeField(default=timezone.now, editable=False)
    about = models.CharField("what is wrong", max_length=12, choices=ReportAbout)
    message = models.TextField(blank=True, default="")
    email = models.EmailField("e-mail", blank=True, default="", help_text="Only where an answer was asked for.")
    what_was_done = models.CharField(
        max_length=300, blank=True, default="", help_text="One sentence. It marks the report as dealt with, by you."
    )
    dealt_with_at = models.DateTimeField(null=True, blank=True, editable=False)
    dealt_with_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = "report about an item"
        verbose_name_plural = "reports about items"
        constraints = [
            models.CheckConstraint(condition=Q(about__in=ReportAbout.values), name="item_report_about_is_known"),
            models.CheckConstraint(
                condition=Q(about__in=SAYS_ENOUGH) | ~Q(message=""),
                name="item_report_says_what_is_wrong",
                violation_error_code="message",
                violation_error_message="Write what is wrong.",
            ),
            models.CheckConstraint(
                condition=Q(dealt_with_at__isnull=True, dealt_with_by__isnull=True, what_was_done="")
                | Q(dealt_with_at__isnull=False, dealt_with_by__isnull=False) & ~Q(what_was_done=""),
                name="item_report_dealt_with_when_by_whom_and_how",
                violation_error_code="what_was_done",
                violation_error_message="Say what was done: it is noted together with you and the time.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.get_about_display()}"

    def get_absolute_url(self) -> str:
        return reverse("resources:report_sent", args=[self.resource.slug, self.receipt])

    @property
    def reference(self) -> str:
        """What a person quotes when they ask after their report."""
        return f"R{self.pk:05d}"


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


class SynonymGroup(models.Model):
    """Words that find each other."""

    slug = models.SlugField("key", max_length=60, unique=True)
    terms = ArrayField(models.CharField(max_length=100), help_text="One a line.")
    in_use = models.BooleanField(
        default=True, help_text="Take the tick away instead of deleting: loading content would bring it back."
    )

    objects = WordQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = "group of synonyms"
        verbose_name_plural = "groups of synonyms"
        constraints = [
            models.CheckConstraint(
                condition=Q(terms__len__gte=2),
                name="synonym_group_has_at_least_two_terms",
                violation_error_code="terms",
                violation_error_message="A group has at least two terms.",
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(self.terms)


class DistressTerm(models.Model):
    """Words that show the help box first when a search has them. For matching only: never shown, never stored
    with a search."""

    term = models.CharField(max_length=100)
    whole_query = models.BooleanField(
        "only as the whole search", default=False, help_text="For words that are part of ordinary searches too."
    )
    in_use = models.BooleanField(
        default=True, help_text="Take the tick away instead of deleting: loading content would bring it back."
    )

    objects = WordQuerySet.as_manager()

    class Meta:
        ordering = ["term"]
        verbose_name = "word of distress"
        verbose_name_plural = "words of distress"
        constraints = [
            models.UniqueConstraint(
                Lower("term"),
                name="distress_term_is_listed_once",
                violation_error_message="This word is listed already, perhaps with other capitals.",
            ),
            models.CheckConstraint(
                condition=~Q(term=""),
                name="distress_term_is_not_empty",
                violation_error_message="Write a word.",
            ),
        ]

    def __str__(self) -> str:
        return self.term


class NeverSuggestedTerm(models.Model):
    """Finds things, but is never offered to a reader: it names a way of self-harm, or a word that this site avoids."""

    term = models.CharField(max_length=100)
    in_use = models.BooleanField(
        default=True, help_text="Take the tick away instead of deleting: loading content would bring it back."
    )

    objects = WordQuerySet.as_manager()

    class Meta:
        ordering = ["term"]
        verbose_name = "word never suggested"
        verbose_name_plural = "words never suggested"
        constraints = [
            models.UniqueConstraint(
                Lower("term"),
                name="never_suggested_term_is_listed_once",
                violation_error_message="This word is listed already, perhaps with other capitals.",
            ),
            models.CheckConstraint(
                condition=~Q(term=""),
                name="never_suggested_term_is_not_empty",
                violation_error_message="Write a word.",
            ),
        ]

    def __str__(self) -> str:
        return self.term


class FailedSearch(models.Model):
    """Words that found nothing on a day. Nothing else is known of the search, nor how often it was made that day;
    failed_searches.py decides what may be kept at all, and for how long."""

    words = models.CharField(max_length=160)
    day = models.DateField()

    objects = FailedSearchQuerySet.as_manager()

    class Meta:
        ordering = ["words", "-day"]
        verbose_name = "search that found nothing"
        verbose_name_plural = "searches that found nothing"
        indexes = [models.Index(fields=["day"], name="failed_searches_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["words", "day"], name="failed_search_is_kept_once_a_day"),
            models.CheckConstraint(
                condition=Q(words__regex=r"^[a-z0-9]+( [a-z0-9]+)*$") & ~Q(words__regex=r"[0-9]{5}"),
                name="failed_search_is_folded_words_without_long_numbers",
                violation_error_message="Only folded words are kept, and no number of five digits or more.",
            ),
        ]

    def __str__(self) -> str:
        return self.words
