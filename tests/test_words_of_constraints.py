"""A constraint that a person can break in admin says what to do, not its own name."""

from django.apps import apps
from django.db.models import CheckConstraint, UniqueConstraint

#: Written by the portal's own functions, which know what they do; admin shows them to read.
WRITTEN_BY_THE_PORTAL = {
    "ContactMessage", "DraftEntry", "DraftQueryAnswer", "ImportedFile", "Invitation", "LimitsDecision", "Link",
    "MeasureValue", "NotTheSame", "PortalDatabase", "Question", "QueryAnswer", "ReminderByHand", "ResourceChange",
    "Review", "SiteChange", "SiteReview", "Story", "Submission", "SubmissionEvent", "SubmissionRevision", "Suggestion",
}  # fmt: skip
#: Where admin offers no other value.
NOT_TO_BE_TYPED = {
    "area_aim_first_or_second",
    "area_reviewer_and_day_of_review_go_together",
    "infographic_reviewer_and_day_of_review_go_together",
    "page_key_has_an_address",
    "resource_reviewer_and_day_of_review_go_together",
}
OURS = {"accounts", "measures", "pages", "resources", "sites"}


def is_silent(constraint):
    # Of a plain unique constraint Django names the fields.
    is_plain = isinstance(constraint, UniqueConstraint) and not constraint.expressions and not constraint.condition
    said = constraint.violation_error_message
    return not is_plain and said == constraint.default_violation_error_message


def test_no_constraint_answers_with_its_name():
    silent = {
        constraint.name
        for model in apps.get_models()
        if model._meta.app_label in OURS and model.__name__ not in WRITTEN_BY_THE_PORTAL
        for constraint in model._meta.constraints
        if is_silent(constraint)
        # Choices are offered, and anything else is refused before the constraint is asked.
        and not (isinstance(constraint, CheckConstraint) and constraint.name.endswith(("_is_known", "_are_known")))
    }
    assert silent == NOT_TO_BE_TYPED
