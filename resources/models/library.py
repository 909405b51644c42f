"""Items, who published them, what they are about, and what readers are told of a change."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from resources.querysets import CONFIG, ResourceChangeQuerySet, ResourceManager
from selfharm_portal.publishing.models import PublicationState, Publishable

from .choices import (
    FIRST_YEAR,
    LAST_YEAR,
    QS34_STATEMENTS,
    RESERVED_SLUGS,
    Audience,
    ChangeKind,
    Check,
    Cost,
    Format,
    Population,
    Reader,
    ResourceType,
    Setting,
    Status,
    list_of,
    refuse_reserved_slug,
)


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
        from resources import indexing

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
