"""What measures are counted in, and why a month can have no number. fixtures/ says the same; tests compare."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KindOfMeasure:
    key: str
    label: str
    entry_fields: tuple[str, ...]
    whole_numbers: tuple[str, ...]
    formula: str
    zero_denominator: str
    chart: tuple[str, ...]

    @property
    def first(self) -> str:
        """The first entry field: numerator, or value for a median."""
        return self.entry_fields[0]


PROPORTION, COUNT, RATE, MEDIAN_DAYS, MEAN_SCORE = "proportion", "count", "rate", "median_days", "mean_score"

KINDS: Mapping[str, KindOfMeasure] = {
    kind.key: kind
    for kind in (
        KindOfMeasure(
            key=PROPORTION,
            label="Percentage",
            entry_fields=("numerator", "denominator"),
            whole_numbers=("numerator", "denominator"),
            formula="100 * numerator / denominator",
            zero_denominator="Allowed with numerator 0: nobody was in the group. "
            "The month then has no value and no point on the chart.",
            chart=("xmr", "p"),
        ),
        KindOfMeasure(
            key=COUNT,
            label="Number",
            entry_fields=("numerator",),
            whole_numbers=("numerator",),
            formula="numerator",
            zero_denominator="",
            chart=("xmr",),
        ),
        KindOfMeasure(
            key=RATE,
            label="Rate",
            entry_fields=("numerator", "denominator"),
            whole_numbers=("numerator", "denominator"),
            formula="rate_multiplier * numerator / denominator",
            zero_denominator="Allowed with numerator 0: no value that month.",
            chart=("u",),
        ),
        KindOfMeasure(
            key=MEDIAN_DAYS,
            label="Median in days",
            entry_fields=("value", "denominator"),
            whole_numbers=("denominator",),
            formula="value (worked out by the team); denominator is the number of people it is based on",
            zero_denominator="Allowed with the value left empty: nobody was seen.",
            chart=("xmr",),
        ),
        KindOfMeasure(
            key=MEAN_SCORE,
            label="Mean score",
            entry_fields=("numerator", "denominator"),
            whole_numbers=("denominator",),
            formula="numerator / denominator (sum of scores over number of forms)",
            zero_denominator="Allowed with numerator 0: no forms that month.",
            chart=("xmr",),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class ReasonForNoData:
    key: str
    label: str
    help: str
    note_required: bool
    asked_again_after_three_months: bool
    public_words: str
    order: int


NO_DATA_REASONS: Mapping[str, ReasonForNoData] = {
    reason.key: reason
    for reason in (
        ReasonForNoData(
            key="not_collected",
            label="Not collected this month",
            help="Nobody gathered the numbers, or the field was not filled in.",
            note_required=False,
            asked_again_after_three_months=True,
            public_words="not collected here",
            order=1,
        ),
        ReasonForNoData(
            key="system_down",
            label="System down or changed",
            help="The record system could not be reached, or was being replaced.",
            note_required=False,
            asked_again_after_three_months=True,
            public_words="not collected here",
            order=2,
        ),
        ReasonForNoData(
            key="service_not_running",
            label="Service not running",
            help="The service had not begun, was paused, or has closed.",
            note_required=True,
            asked_again_after_three_months=False,
            public_words="service not running",
            order=3,
        ),
        ReasonForNoData(
            key="too_late",
            label="Numbers came too late",
            help="Another organisation did not send its numbers in time. They can be added later.",
            note_required=False,
            asked_again_after_three_months=True,
            public_words="not sent",
            order=4,
        ),
        ReasonForNoData(
            key="not_due_yet",
            label="Not due yet",
            help="The follow-up time of this measure is not over. The portal reminds you when it is.",
            note_required=False,
            asked_again_after_three_months=False,
            public_words="not due yet",
            order=5,
        ),
        ReasonForNoData(
            key="being_checked",
            label="Numbers being checked",
            help="There are numbers, but the team does not trust them yet.",
            note_required=True,
            asked_again_after_three_months=True,
            public_words="not available yet",
            order=6,
        ),
        ReasonForNoData(
            key="other",
            label="Another reason",
            help="Please say which.",
            note_required=True,
            asked_again_after_three_months=True,
            public_words="not available yet",
            order=7,
        ),
    )
}

EVERY_KIND = tuple(KINDS)
