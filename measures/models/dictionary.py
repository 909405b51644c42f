"""The data dictionary: measures, the versions of their definitions, and where those come from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from measures import rules
from measures.querysets import MeasureQuerySet, MeasureVersionQuerySet


class Kind(models.TextChoices):
    """How a measure is counted; rules.KINDS says what is entered for each."""

    PROPORTION = "proportion", "Percentage"
    COUNT = "count", "Number"
    RATE = "rate", "Rate"
    MEDIAN_DAYS = "median_days", "Median in days"
    MEAN_SCORE = "mean_score", "Mean score"


class MeasureType(models.TextChoices):
    PROCESS = "process", "Process: what is done"
    OUTCOME = "outcome", "Outcome: what it leads to"
    BALANCING = "balancing", "Balancing: what it might cost elsewhere"


class Direction(models.TextChoices):
    INCREASE = "increase", "Higher is better"
    DECREASE = "decrease", "Lower is better"
    NEUTRAL = "neutral", "Neither is better by itself"


class Basis(models.TextChoices):
    CONFIRMED = "confirmed_from_source", "Follows a published measure"
    ADAPTED = "adapted", "Adapted from a published source"
    PROPOSED = "proposed", "Proposed, for NCISH to confirm"


def first_of_month(field: str) -> Q:
    return Q(**{f"{field}__day": 1})


class Domain(models.Model):
    """A chapter of the data dictionary."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField(default=0)
    description = models.TextField()

    class Meta:
        ordering = ["order", "title"]

    def __str__(self) -> str:
        return self.title


class DenominatorGroup(models.Model):
    """People whom several measures count: their denominators agree within a month."""

    slug = models.SlugField(max_length=60, unique=True)
    label = models.CharField(max_length=120)
    definition = models.TextField()

    class Meta:
        ordering = ["label"]

    def __str__(self) -> str:
        return self.label


class Measure(models.Model):
    """What keeps its identity while its definition changes: code and place; the words are in its versions."""

    code = models.CharField(
        max_length=5,
        unique=True,
        validators=[RegexValidator(r"^SH[0-9]{2,3}$", "A code is SH and two or three digits, for example SH29.")],
        help_text="SH and the next number. A code has no meaning of its own and is never used again.",
    )
    slug = models.SlugField(max_length=60, unique=True)
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, related_name="measures")
    withdrawn = models.BooleanField(default=False, help_text="No longer asked for; its page and its past values stay.")

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^SH[0-9]{2,3}$"),
                name="measure_code_is_sh_and_digits",
                violation_error_message="A code is SH and two or three digits, for example SH29.",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("measures:detail", args=[self.code])

    def definition_in(self, month: date) -> MeasureVersion:
        """The version that holds in a month; of a measure that begins later, its first."""
        versions = sorted(self.versions.all(), key=lambda version: version.valid_from)
        return next((version for version in reversed(versions) if version.valid_from <= month), versions[0])


class MeasureVersion(models.Model):
    """One definition of a measure, valid from a month until the next version's.

    A change of meaning is a new version; values stay with the version under which they were given.
    """

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("version", default=1)
    valid_from = models.DateField("valid from", help_text="The first day of a month.")
    name = models.CharField(max_length=160)
    question = models.CharField("the question it answers", max_length=240)
    description = models.TextField()
    rationale = models.TextField("why it matters")
    kind = models.CharField(max_length=12, choices=Kind)
    measure_type = models.CharField(max_length=10, choices=MeasureType, default=MeasureType.PROCESS)
    unit = models.CharField(max_length=60)
    rate_multiplier = models.PositiveIntegerField(
        null=True, blank=True, help_text="Of a rate: per how many, for example 100000."
    )
    numerator = models.TextField(help_text="Of a median: what the median is of.")
    denominator = models.TextField(blank=True, default="", help_text="Empty for a number.")
    denominator_group = models.ForeignKey(
        DenominatorGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="versions"
    )
    inclusions = ArrayField(models.TextField(), default=list, blank=True)
    exclusions = ArrayField(models.TextField(), default=list, blank=True)
    pitfalls = ArrayField(models.TextField(), verbose_name="easy to get wrong", default=list, blank=True, db_default=[])
    month_rule = models.TextField("which month counts")
    cohort_month_offset = models.SmallIntegerField(
        default=0, help_text="-1 if the people belong to the month before the reporting month, else 0."
    )
    reporting_lag_days = models.PositiveSmallIntegerField(
        default=0, help_text="How many days after the end of the month the numbers become complete."
    )
    how_to_collect = models.TextField()
    worked_example = models.JSONField(default=dict)
    improvement_direction = models.CharField(max_length=8, choices=Direction)
    target = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    target_source = models.CharField(max_length=240, blank=True, default="")
    target_note = models.TextField(blank=True, default="")
    value_min = models.IntegerField(default=0)
    value_max = models.IntegerField(null=True, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(3)])
    themes = models.ManyToManyField("sites.Theme", blank=True, related_name="measure_versions")
    basis = models.CharField(max_length=24, choices=Basis)
    basis_note = models.TextField(blank=True, default="")
    ncish_dictionary_reference = models.CharField(max_length=60, blank=True, default="")
    disclosure_sensitive = models.BooleanField(default=True, help_text="Counts people or their visits.")
    balancing = models.BooleanField(default=False)
    none_is_sensitive = models.BooleanField("does “none” say too much?", null=True, blank=True)
    all_is_sensitive = models.BooleanField("does “all” say too much?", null=True, blank=True)

    objects = MeasureVersionQuerySet.as_manager()

    class Meta:
        ordering = ["measure", "number"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "number"], name="measure_version_number_once_per_measure"),
            models.UniqueConstraint(fields=["measure", "valid_from"], name="measure_version_month_once_per_measure"),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="measure_version_counts_from_one",
                violation_error_message="Versions are counted from 1.",
            ),
            models.CheckConstraint(
                condition=first_of_month("valid_from"),
                name="measure_version_valid_from_first_of_month",
                violation_error_message="A version is valid from the first day of a month.",
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="measure_version_kind_is_known"),
            models.CheckConstraint(
                condition=Q(measure_type__in=MeasureType.values), name="measure_version_type_is_known"
            ),
            models.CheckConstraint(
                condition=Q(improvement_direction__in=Direction.values), name="measure_version_direction_is_known"
            ),
            models.CheckConstraint(condition=Q(basis__in=Basis.values), name="measure_version_basis_is_known"),
            # `isnull` is said too, here and below: a comparison with NULL would let the row pass.
            models.CheckConstraint(
                condition=Q(kind=Kind.RATE, rate_multiplier__isnull=False, rate_multiplier__gte=1)
                | (~Q(kind=Kind.RATE) & Q(rate_multiplier__isnull=True)),
                name="measure_version_multiplier_only_of_a_rate",
                violation_error_message="A rate needs its multiplier; other kinds have none.",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.COUNT, denominator="", denominator_group__isnull=True)
                | (~Q(kind=Kind.COUNT) & ~Q(denominator="")),
                name="measure_version_denominator_unless_count",
                violation_error_message="A number has no denominator; every other kind needs one.",
            ),
            models.CheckConstraint(
                condition=Q(value_max__isnull=True) | Q(value_max__gt=F("value_min")),
                name="measure_version_range_not_empty",
                violation_error_message="The highest value lies above the lowest.",
            ),
            models.CheckConstraint(
                condition=~Q(kind=Kind.MEAN_SCORE) | Q(value_max__isnull=False),
                name="measure_version_score_has_a_scale",
                violation_error_message="A mean score needs the highest value of its scale.",
            ),
            models.CheckConstraint(
                condition=Q(cohort_month_offset__gte=-12, cohort_month_offset__lte=0),
                name="measure_version_cohort_not_in_the_future",
                violation_error_message="The people belong to this month (0) or to one of the 12 before (-1 to -12).",
            ),
            models.CheckConstraint(
                condition=Q(decimals__lte=3),
                name="measure_version_at_most_three_decimals",
                violation_error_message="A result has three decimals at most.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure.code} {self.name}"

    def definition(self, first_valid_from: date) -> rules.Definition:
        """What the rules need to know; `first_valid_from` is the month of the measure's first version."""
        return rules.Definition(
            code=self.measure.code,
            measure_name=self.name,
            kind=self.kind,
            unit=self.unit,
            first_valid_from=first_valid_from,
            numerator_label=self.numerator,
            denominator_label=self.denominator,
            value_min=Decimal(self.value_min),
            value_max=None if self.value_max is None else Decimal(self.value_max),
            denominator_group=self.denominator_group.slug if self.denominator_group else "",
            denominator_group_label=self.denominator_group.label if self.denominator_group else "",
            reporting_lag_days=self.reporting_lag_days,
            decimals=self.decimals,
            rate_multiplier=self.rate_multiplier,
        )


class MeasureSource(models.Model):
    """Where a definition comes from, or what it is related to."""

    class Role(models.TextChoices):
        PRIMARY = "primary", "The source"
        RELATED = "related", "Related"

    version = models.ForeignKey(MeasureVersion, on_delete=models.CASCADE, related_name="sources")
    role = models.CharField(max_length=8, choices=Role)
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=300)
    organisation = models.CharField(max_length=200, blank=True, default="")
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    url = models.URLField(max_length=400, blank=True, default="")
    statement = models.CharField(
        max_length=120, blank=True, default="", help_text="Statement or recommendation number."
    )
    resource = models.ForeignKey(
        "resources.Resource",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="measure_sources",
        help_text="The same item in the library.",
    )
    verified = models.BooleanField(default=False, help_text="Somebody read this in the source itself.")
    note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["version", "role", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(role="primary"),
                name="measure_source_one_primary_per_version",
                violation_error_message="A version has one source; the others are related to it.",
            ),
            models.UniqueConstraint(fields=["version", "role", "position"], name="measure_source_position_once"),
            models.CheckConstraint(condition=Q(role__in=["primary", "related"]), name="measure_source_role_is_known"),
        ]

    def __str__(self) -> str:
        return self.title


class TotalField(models.TextChoices):
    NUMERATOR = "numerator", "numerator"
    DENOMINATOR = "denominator", "denominator"


class LinkedTotal(models.Model):
    """Two numbers of different measures that count the same people."""

    slug = models.SlugField(max_length=60, unique=True)
    left = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    left_field = models.CharField(max_length=12, choices=TotalField)
    right = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="+")
    right_field = models.CharField(max_length=12, choices=TotalField)
    meaning = models.TextField()

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(left=F("right")),
                name="linked_total_of_two_measures",
                violation_error_message="Choose two different measures.",
            ),
            models.CheckConstraint(
                condition=Q(left_field__in=TotalField.values, right_field__in=TotalField.values),
                name="linked_total_fields_are_known",
            ),
        ]

    def __str__(self) -> str:
        return self.meaning

    def for_rules(self) -> rules.LinkedTotal:
        """`left` and `right` are at hand."""
        return rules.LinkedTotal((self.left.code, self.left_field), (self.right.code, self.right_field))
