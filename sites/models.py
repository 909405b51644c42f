"""The areas of the programme: who they were and are, what they did, and how certain each of these is."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from resources.models import RESERVED_SLUGS
from selfharm_portal.publishing.models import Publishable

from .querysets import (
    AreaQuerySet,
    InfographicQuerySet,
    MilestoneQuerySet,
    SiteChangeQuerySet,
    SuggestionQuerySet,
    ThemeQuerySet,
)

MAP_ROWS, MAP_COLUMNS = 6, 4


class Region(models.Model):
    """One of the seven regions of NHS England."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60, unique=True)
    code = models.CharField("ODS code", max_length=5, unique=True)
    confirmed = models.BooleanField("seen in a source", default=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Theme(models.Model):
    """What a project is about; ties areas, library and measures together."""

    slug = models.SlugField(max_length=50, unique=True)
    title = models.CharField(max_length=80, unique=True)
    description = models.TextField()
    topics = models.ManyToManyField(
        "resources.Topic", related_name="themes", blank=True, help_text="Topics of the library that explain this theme."
    )
    order = models.PositiveSmallIntegerField(default=0)
    confirmed = models.BooleanField(
        "named by the programme",
        default=False,
        help_text="Without it, readers are told that NCISH has yet to confirm the theme.",
    )
    evidence = models.TextField(blank=True, default="", help_text="Where the theme was seen. Staff only.")

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["order", "title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("sites:theme", args=[self.slug])


class ProgrammeForm(models.TextChoices):
    """What an area was when the programme began."""

    ICS = "ICS", "Integrated care system"
    STP = "STP", "Sustainability and transformation partnership"


class ChangeKind(models.TextChoices):
    """What became of the area's board after July 2022."""

    DIVIDED = "divided", "Ended, and its area was divided"
    MERGED = "merged", "Ended, and merged into another"
    CLUSTERED = "clustered", "Stays, and shares its leadership with neighbours"
    UNCHANGED = "unchanged", "Stays as it was"


class EarlyImplementer(models.TextChoices):
    """Was the area one of the 12 national early implementers of 2019?"""

    CONFIRMED = "confirmed", "A source names it as one of the 12"
    LIKELY = "likely", "A source calls it a national pilot or part of the transformation, without the number"
    NOT_CONFIRMED = "not-confirmed", "No source found"


class Certainty(models.TextChoices):
    """How certain it is that the area belongs to the programme."""

    NAMED_INFOGRAPHIC = "named-infographic", "Named with an infographic on the programme page"
    NAMED_PRESENTATION = "named-presentation", "Named in the programme's list of site visits"
    INFERRED_PARTLY_NAMED = "inferred-partly-named", "Inferred; part of its name is in the list of site visits"
    INFERRED_EARLY_IMPLEMENTER = "inferred-early-implementer", "Inferred from being a confirmed early implementer"
    ASSUMED = "assumed", "Assumed; no source found"


class Check(models.TextChoices):
    """What a second person ticks before readers see an area or an infographic, or see it changed."""

    SAFE_WORDS = "safe_words", "Safe words: no method of self-harm, and nothing that blames"
    SOURCES = "sources", "Sources: I opened the source of each fact, and it says this"
    CERTAINTY = "certainty", "Certainty: what is not known or not confirmed says so, and no result is claimed beyond it"
    PRIVACY = "privacy", "Privacy: nobody can be recognised, by name, by place or by a small number"
    WORDS_ALONE = "words_alone", "Words alone: whoever does not see map and pictures is told the same"


class Area(Publishable):
    """An area under the name that the programme used, with today's bodies and what changed in between.

    An empty text means "not known": pages then say so in a sentence. Areas are archived, never deleted, because
    months and accounts hang on them.
    """

    slug = models.SlugField(
        max_length=60, unique=True, help_text="Part of the address, which is a promise: do not change it."
    )
    name = models.CharField("name in the programme", max_length=160, unique=True)
    place = models.CharField(max_length=80, unique=True, help_text="The place, as headings and lists say it.")
    short_name = models.CharField(max_length=30, unique=True, help_text="Fits on a tile of the map.")

    programme_form = models.CharField("form at the time", max_length=3, choices=ProgrammeForm)
    programme_form_note = models.TextField(blank=True, default="")
    integrated_care_system_today = models.TextField("today")
    icb_name = models.CharField("integrated care board", max_length=160, help_text="Of July 2022 to March 2026.")
    ods_code = models.CharField("ODS code of the board", max_length=8, unique=True)
    ods_code_source = models.TextField("source of the code", blank=True, default="")
    change_kind = models.CharField("what happened to the board", max_length=10, choices=ChangeKind)
    change_took_effect = models.DateField("took effect on", null=True, blank=True)
    change_what = models.TextField("in words")
    change_source = models.URLField("source", max_length=500)
    change_also_seen = models.URLField("also seen at", max_length=500, blank=True, default="")
    change_confirmed = models.BooleanField("seen in a source", default=False)

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="areas")
    lead_provider = models.CharField(max_length=250, blank=True, default="", help_text="Leave empty if not known.")
    lead_provider_note = models.TextField(
        blank=True, default="", help_text="What is confirmed about it. Readers see this."
    )
    population_text = models.CharField("population", max_length=160, blank=True, default="")
    population_source = models.URLField("source of the population", max_length=500, blank=True, default="")
    population_confirmed = models.BooleanField("population seen in a source", default=False)
    themes = models.ManyToManyField(Theme, related_name="areas", blank=True)

    summary = models.TextField()
    aims = models.TextField(blank=True, default="", help_text="Leave empty if not known.")
    project_details = models.TextField(blank=True, default="", help_text="Leave empty if not known.")
    outcome_measures = models.TextField(blank=True, default="", help_text="Leave empty if not known.")

    tile_row = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(MAP_ROWS)], help_text="Of the map; 1 is north."
    )
    tile_column = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(MAP_COLUMNS)], help_text="Of the map; 1 is west."
    )

    early_implementer_status = models.CharField("early implementer", max_length=15, choices=EarlyImplementer)
    early_implementer_evidence = models.TextField("evidence for it", help_text="Staff only.")
    early_implementer_source = models.URLField("source for it", max_length=500, blank=True, default="")
    certainty = models.CharField("part in the programme", max_length=30, choices=Certainty)
    provenance = models.TextField(help_text="Where the area was seen in the programme's own words.")
    to_check = models.TextField(blank=True, default="", help_text="What NCISH should check. Staff only.")
    confirmed = models.BooleanField(
        "named by the programme", default=False, help_text="The programme's own page names the area."
    )

    crisis_line = models.TextField(
        blank=True, default="", help_text="The local crisis line, as people call it. Shown once confirmed."
    )
    crisis_line_confirmed_on = models.DateField("crisis line confirmed on", null=True, blank=True)
    series_continue = models.BooleanField(
        "one series across the change",
        null=True,
        blank=True,
        help_text="May a chart read the months before and after the board's change as one? Unknown until NCISH says.",
    )

    objects: ClassVar[AreaQuerySet] = AreaQuerySet.as_manager()  # type: ignore[assignment]

    checklist = Check

    class Meta(Publishable.Meta):
        abstract = False
        ordering = ["place"]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED_SLUGS),
                name="area_slug_is_not_reserved",
                violation_error_message="This word stands for something else in the site's addresses.",
            ),
            models.UniqueConstraint(
                fields=["tile_row", "tile_column"],
                name="area_tile_is_its_own",
                violation_error_message="Another area has this place on the map.",
            ),
            models.CheckConstraint(
                condition=Q(tile_row__range=(1, MAP_ROWS), tile_column__range=(1, MAP_COLUMNS)),
                name="area_tile_is_on_the_map",
                violation_error_message="The map has 6 rows and 4 columns.",
            ),
            models.CheckConstraint(
                condition=Q(programme_form__in=ProgrammeForm.values), name="area_programme_form_is_known"
            ),
            models.CheckConstraint(condition=Q(certainty__in=Certainty.values), name="area_certainty_is_known"),
            models.CheckConstraint(
                condition=Q(early_implementer_status__in=EarlyImplementer.values),
                name="area_early_implementer_is_known",
            ),
            models.CheckConstraint(
                condition=Q(change_kind__in=[ChangeKind.CLUSTERED, ChangeKind.UNCHANGED])
                | Q(change_kind__in=[ChangeKind.DIVIDED, ChangeKind.MERGED], change_took_effect__isnull=False),
                name="area_board_that_ended_has_a_date",
                violation_error_message="A board that ended did so on a date.",
            ),
            models.CheckConstraint(
                condition=Q(crisis_line_confirmed_on__isnull=True) | ~Q(crisis_line=""),
                name="area_crisis_line_is_there_to_be_confirmed",
                violation_error_message="There is no crisis line to confirm.",
            ),
        ]

    def __str__(self) -> str:
        return self.place

    def get_absolute_url(self) -> str:
        return reverse("sites:detail", args=[self.slug])

    @property
    def has_ended(self) -> bool:
        """Is the board of the area gone, so that its name and borders are another's?"""
        return self.change_kind in {ChangeKind.DIVIDED, ChangeKind.MERGED}

    @property
    def series_begins_anew_on(self) -> date | None:
        """When its board ended, unless NCISH has said that the months before and after are one series."""
        return self.change_took_effect if self.has_ended and not self.series_continue else None


class AreaSuccessor(models.Model):
    """A board that has taken over an area, or a part of it."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="successors")
    order = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=160)
    ods_code = models.CharField("ODS code", max_length=8)
    part = models.CharField(
        max_length=160, blank=True, default="", help_text="Which part of the area; empty for all of it."
    )

    class Meta:
        ordering = ["area", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["area", "ods_code"], name="successor_once_per_area")]

    def __str__(self) -> str:
        return self.name


class AreaLink(models.Model):
    """A page about the area elsewhere."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="links")
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=200)
    url = models.URLField("address", max_length=500)

    class Meta:
        ordering = ["area", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["area", "url"], name="area_link_once_per_area")]

    def __str__(self) -> str:
        return self.title


class DatePrecision(models.TextChoices):
    DAY = "day", "Day"
    MONTH = "month", "Month"
    YEAR = "year", "Year"


class Milestone(models.Model):
    """Something that happened in an area, or (area empty) in the whole programme."""

    key = models.SlugField(
        max_length=160, unique=True, null=True, blank=True, editable=False
    )  # of the content; NULL if made by staff
    area = models.ForeignKey(
        Area,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="milestones",
        help_text="Empty: of the whole programme.",
    )
    date = models.DateField(help_text="Where only the month or year is known, give its first day.")
    date_precision = models.CharField("known to the", max_length=5, choices=DatePrecision, default=DatePrecision.DAY)
    title = models.CharField(max_length=160)
    what = models.TextField("what happened")
    source = models.URLField(max_length=500, blank=True, default="")
    confirmed = models.BooleanField("seen in a source", default=False)
    change_tested = models.BooleanField(
        "a change that the team tested", default=False, help_text="Only these are drawn on the area's charts."
    )
    is_hidden = models.BooleanField("hidden", default=False, help_text="Takes it off the public pages.")

    objects: ClassVar[MilestoneQuerySet] = MilestoneQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["date", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(date_precision=DatePrecision.DAY)
                | Q(date_precision=DatePrecision.MONTH, date__day=1)
                | Q(date_precision=DatePrecision.YEAR, date__day=1, date__month=1),
                name="milestone_date_says_no_more_than_is_known",
                violation_error_message="Where only the month or year is known, give its first day.",
            ),
            models.CheckConstraint(
                condition=Q(change_tested=False) | Q(area__isnull=False),
                name="milestone_tested_belongs_to_an_area",
                violation_error_message="Only an area tests a change.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def when(self) -> str:
        """As much of the date as is known."""
        if self.date_precision == DatePrecision.YEAR:
            return f"{self.date:%Y}"
        if self.date_precision == DatePrecision.MONTH:
            return f"{self.date:%B %Y}"
        return f"{self.date.day} {self.date:%B %Y}"


#: How a text alternative says that something is still to come; the same to PostgreSQL and to Python.
NOT_HERE_YET = r"\syet[.!?]|copied to this site|to be added|what we can say today|in this version"
REWRITE = (
    "Nothing is left to fill, so this may no longer say that something is not here yet. Write what the infographic "
    "says now, in one paragraph."
)


class InfographicStatus(models.TextChoices):
    TITLE_CONFIRMED = "title-confirmed", "Only the title is confirmed"
    COMPLETE = "complete", "Complete"


class Infographic(Publishable):
    """A project in three parts, as content and not as a picture. filling.py alone writes its status."""

    slug = models.SlugField(max_length=80, unique=True)
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="infographics")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="infographics")
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=160)
    status = models.CharField(
        max_length=20, choices=InfographicStatus, default=InfographicStatus.TITLE_CONFIRMED, editable=False
    )
    text_alternative = models.TextField(help_text="The same in one paragraph, for readers who prefer or need text.")
    curator_note = models.TextField(blank=True, default="", help_text="Staff only.")

    objects: ClassVar[InfographicQuerySet] = InfographicQuerySet.as_manager()  # type: ignore[assignment]

    checklist = Check

    class Meta(Publishable.Meta):
        abstract = False
        ordering = ["order", "pk"]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED_SLUGS),
                name="infographic_slug_is_not_reserved",
                violation_error_message="This word stands for something else in the site's addresses.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=InfographicStatus.values), name="infographic_status_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=InfographicStatus.COMPLETE) | ~Q(text_alternative__iregex=NOT_HERE_YET),
                name="infographic_complete_says_of_nothing_that_it_is_missing",
                violation_error_code="text_alternative",
                violation_error_message=REWRITE,
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("sites:infographic", args=[self.area.slug, self.slug])

    @property
    def is_complete(self) -> bool:
        return self.status == InfographicStatus.COMPLETE

    @property
    def is_shown(self) -> bool:
        """Do readers see it? As InfographicQuerySet.shown()."""
        return self.is_published and self.area.is_published


class PanelPart(models.TextChoices):
    AIMS = "aims", "Aims"
    PROJECT_DETAILS = "project_details", "Project details"
    OUTCOME_MEASURES = "outcome_measures", "Outcome measures"


class PanelKind(models.TextChoices):
    KNOWN = "known", "Known: about the project"
    CONTEXT = "context", "Context: background, not about the project"
    TO_FILL = "to-fill", "To fill: an empty place for NCISH, not shown to readers"


class PanelIcon(models.TextChoices):
    """The drawings in templates/sites/drawings/icons/."""

    BOOK = "book", "Book"
    CALENDAR = "calendar", "Calendar"
    CHART = "chart", "Chart"
    CLOCK = "clock", "Clock"
    GP = "gp", "General practice"
    HOME = "home", "Home"
    HOSPITAL = "hospital", "Hospital"
    LETTER = "letter", "Letter"
    PATH = "path", "Path"
    PEOPLE = "people", "People"
    PHONE = "phone", "Phone"
    PLACE = "place", "Place, drawn as a map"
    PLAN = "plan", "Plan"
    QUESTION = "question", "Question"
    SCREEN = "screen", "Screen"
    SIGNPOST = "signpost", "Signpost"
    TALKING = "talking", "Two people talking"
    TRAINING = "training", "Training"


class InfographicPanel(models.Model):
    """One statement of an infographic, with its source."""

    infographic = models.ForeignKey(Infographic, on_delete=models.CASCADE, related_name="panels")
    part = models.CharField(max_length=16, choices=PanelPart)
    order = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=7, choices=PanelKind)
    heading = models.CharField(max_length=120)
    text = models.TextField()
    figure = models.CharField(
        max_length=30, blank=True, default="", help_text="A number to set large, if the panel has one."
    )
    icon = models.CharField(
        max_length=40, choices=PanelIcon, blank=True, default="", help_text="Empty: the drawing of its theme or part."
    )
    source = models.CharField(max_length=500, blank=True, default="", help_text="An address, or where it was read.")
    confirmed = models.BooleanField(
        "seen in a source", default=False, help_text="Only confirmed panels are shown to readers."
    )

    class Meta:
        ordering = ["infographic", "part", "order", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(part__in=PanelPart.values), name="panel_part_is_known"),
            models.CheckConstraint(condition=Q(kind__in=PanelKind.values), name="panel_kind_is_known"),
            models.CheckConstraint(condition=Q(icon__in=["", *PanelIcon.values]), name="panel_icon_is_known"),
            models.CheckConstraint(
                condition=~Q(kind=PanelKind.TO_FILL, confirmed=True),
                name="panel_to_fill_is_never_confirmed",
                violation_error_message="An empty place cannot be confirmed: change its kind once it is filled.",
            ),
            models.CheckConstraint(
                condition=Q(confirmed=False) | ~Q(source=""),
                name="panel_confirmed_has_a_source",
                violation_error_message="A confirmed panel names its source.",
            ),
        ]

    def __str__(self) -> str:
        return self.heading


class OtherMaterial(models.Model):
    """Something the programme is known to have shared that this site does not hold."""

    key = models.SlugField(max_length=80, unique=True, null=True, blank=True, editable=False)
    order = models.PositiveSmallIntegerField(default=0)
    what = models.TextField()
    evidence = models.TextField(help_text="Staff only.")
    titles_confirmed = models.BooleanField(default=False, help_text="The titles could be read.")
    source = models.URLField(max_length=500)
    is_hidden = models.BooleanField("hidden", default=False, help_text="Takes it off the public pages.")

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = "other material of the programme"
        verbose_name_plural = "other material of the programme"

    def __str__(self) -> str:
        return self.what[:80]


class SuggestedFor(models.TextChoices):
    """What of an area's pages a lead may suggest words for."""

    SUMMARY = "summary", "In short"
    AIMS = "aims", "Aims"
    PROJECT_DETAILS = "project_details", "Project details"
    OUTCOME_MEASURES = "outcome_measures", "Outcome measures"
    LEAD_PROVIDER = "lead_provider", "Lead provider"
    CRISIS_LINE = "crisis_line", "Crisis line"
    THEMES = "themes", "Themes"
    MILESTONE = "milestone", "A milestone"
    PANEL = "panel", "A panel of an infographic"


class SuggestionState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    TAKEN_OVER = "taken_over", "Taken over"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Suggestion(models.Model):
    """Words that an area's lead would have in one section of its pages, and what became of them.

    Written by suggestions.py only. What was decided is never changed: a second thought is a new suggestion.
    """

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="suggestions")
    section = models.CharField(max_length=16, choices=SuggestedFor)
    panel = models.ForeignKey(
        InfographicPanel, on_delete=models.SET_NULL, null=True, blank=True, related_name="suggestions"
    )
    title = models.CharField(max_length=320)  # as the section was called: a panel may be gone one day
    stood = models.TextField("what stood there", blank=True, default="")
    text = models.TextField("suggested words")
    source = models.CharField("where it can be read, or how they know", max_length=500)

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="lead")
    made_at = models.DateTimeField("suggested at", default=timezone.now, editable=False)
    lock_version = models.PositiveIntegerField(default=0)  # one more each time the lead changes it

    state = models.CharField(max_length=10, choices=SuggestionState, default=SuggestionState.WAITING)
    ended_at = models.DateTimeField("decided at", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="decided by",
    )
    reason = models.TextField("reason for declining", blank=True, default="")
    taken_text = models.TextField("words taken over", blank=True, default="")

    objects: ClassVar[SuggestionQuerySet] = SuggestionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["made_at", "pk"]
        verbose_name = "suggestion from an area"
        verbose_name_plural = "suggestions from areas"
        constraints = [
            models.CheckConstraint(condition=Q(section__in=SuggestedFor.values), name="suggestion_section_is_known"),
            models.CheckConstraint(condition=Q(state__in=SuggestionState.values), name="suggestion_state_is_known"),
            models.UniqueConstraint(
                fields=["area", "section"],
                condition=Q(state=SuggestionState.WAITING) & ~Q(section=SuggestedFor.PANEL),
                name="suggestion_waits_once_per_section",
            ),
            models.UniqueConstraint(
                fields=["panel"],
                condition=Q(state=SuggestionState.WAITING),
                name="suggestion_waits_once_per_panel",
            ),
            models.CheckConstraint(
                condition=Q(panel__isnull=True) | Q(section=SuggestedFor.PANEL), name="suggestion_panel_only_of_panels"
            ),
            models.CheckConstraint(condition=~Q(text="") & ~Q(text=F("stood")), name="suggestion_says_something_new"),
            models.CheckConstraint(condition=~Q(source=""), name="suggestion_says_where_it_is_from"),
            models.CheckConstraint(
                condition=Q(state=SuggestionState.WAITING, ended_at__isnull=True, ended_by__isnull=True)
                | (~Q(state=SuggestionState.WAITING) & Q(ended_at__isnull=False, ended_by__isnull=False)),
                name="suggestion_waits_until_somebody_ends_it",
            ),
            models.CheckConstraint(
                condition=Q(state=SuggestionState.DECLINED) & ~Q(reason="")
                | (~Q(state=SuggestionState.DECLINED) & Q(reason="")),
                name="suggestion_is_declined_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=SuggestionState.TAKEN_OVER) & ~Q(taken_text="")
                | (~Q(state=SuggestionState.TAKEN_OVER) & Q(taken_text="")),
                name="suggestion_taken_over_keeps_the_words",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[SuggestionState.TAKEN_OVER, SuggestionState.DECLINED]) | ~Q(ended_by=F("by")),
                name="suggestion_is_decided_by_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_waiting(self) -> bool:
        return self.state == SuggestionState.WAITING


class SiteChangeKind(models.TextChoices):
    """What a sentence of history is about; the names are those of publishing/moves.py."""

    ADDED = "added", "Published"
    DETAILS = "details", "Something that readers see"
    REVIEWED = "reviewed", "Reviewed"
    FOR_STAFF = "for_staff", "For staff only"


#: Of a sentence of history and of a review: what it is about.
OF_ONE = Q(area__isnull=False, infographic__isnull=True) | Q(area__isnull=True, infographic__isnull=False)


class SiteChange(models.Model):
    """One sentence about one change to an area or to an infographic. Written by publishing/moves.py only."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, null=True, blank=True, related_name="changes")
    infographic = models.ForeignKey(
        Infographic, on_delete=models.CASCADE, null=True, blank=True, related_name="changes"
    )
    kind = models.CharField(max_length=10, choices=SiteChangeKind)
    sentence = models.CharField(max_length=300)
    made_at = models.DateTimeField("when", auto_now_add=True)
    by = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty where the portal itself made the change.",
    )

    objects: ClassVar[SiteChangeQuerySet] = SiteChangeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = "change of an area or infographic"
        verbose_name_plural = "changes of areas and infographics"
        constraints = [
            models.CheckConstraint(condition=OF_ONE, name="site_change_is_of_an_area_or_an_infographic"),
            models.CheckConstraint(condition=~Q(sentence=""), name="site_change_is_said_in_a_sentence"),
            models.CheckConstraint(condition=Q(kind__in=SiteChangeKind.values), name="site_change_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.sentence


class SiteReview(models.Model):
    """That one person ticked the whole checklist of an area or an infographic. Never changed, never deleted."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="reviews")
    infographic = models.ForeignKey(
        Infographic, on_delete=models.PROTECT, null=True, blank=True, related_name="reviews"
    )
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name="reviewer")
    made_at = models.DateTimeField("when", auto_now_add=True)
    checked = ArrayField(models.CharField(max_length=20, choices=Check), verbose_name="what was ticked")

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = "review of an area or infographic"
        verbose_name_plural = "reviews of areas and infographics"
        constraints = [
            models.CheckConstraint(condition=OF_ONE, name="site_review_is_of_an_area_or_an_infographic"),
            models.CheckConstraint(
                condition=Q(checked__contains=Check.values, checked__contained_by=Check.values),
                name="site_review_ticks_the_whole_checklist",
            ),
        ]

    def __str__(self) -> str:
        return f"“{self.area or self.infographic}”, {self.made_at:%d.%m.%Y}"
