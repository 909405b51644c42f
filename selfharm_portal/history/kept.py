"""Of which models the history is kept, and the triggers that keep it.

Each table has two triggers, for its rows and for TRUNCATE; both call history.keep() of the first migration.
`migrate` attaches them where they are missing, so a new model needs its line here and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class Part(models.TextChoices):
    """Whose business an entry is: permissions.py says who that is, querysets.py asks it."""

    CONTENT = "content", "Content"
    SUBMISSIONS = "submissions", "Submissions"
    ACCOUNTS = "accounts", "Accounts"


#: Many-to-many rows without a class of their own are kept with the model that has the field.
KEPT = {
    Part.CONTENT: [
        "resources.Section",
        "resources.Topic",
        "resources.Publisher",
        "resources.Resource",
        "resources.ResourcePublisher",
        "resources.ResourceChange",
        "resources.Review",
        "resources.NotTheSame",
        "resources.Link",
        "resources.ItemReport",
        "resources.Reminder",
        "resources.ReadingList",
        "resources.ReadingListEntry",
        "resources.Helpline",
        "resources.SynonymGroup",
        "resources.DistressTerm",
        "resources.NeverSuggestedTerm",
        "sites.Region",
        "sites.Theme",
        "sites.Area",
        "sites.AreaSuccessor",
        "sites.AreaLink",
        "sites.Milestone",
        "sites.Infographic",
        "sites.InfographicPanel",
        "sites.OtherMaterial",
        "sites.Suggestion",
        "uploads.Original",
        "sites.SiteChange",
        "sites.SiteReview",
        "pages.Page",
        "pages.PageSection",
        "pages.WayIn",
        "pages.PersonGroup",
        "pages.Person",
        "pages.Partner",
        "pages.ContactMessage",
        "pages.PortalDatabase",
        # What is asked of whom, and by when: curators' work. The answers are submissions.
        "measures.Domain",
        "measures.DenominatorGroup",
        "measures.Measure",
        "measures.MeasureVersion",
        "measures.MeasureSource",
        "measures.LinkedTotal",
        "measures.AreaMeasure",
        "measures.AreaAim",
        "measures.ReportingPeriod",
    ],
    Part.SUBMISSIONS: [
        "measures.Submission",
        "measures.SubmissionRevision",
        "measures.MeasureValue",
        "measures.DraftEntry",
        "measures.QueryAnswer",
        "measures.DraftQueryAnswer",
        "measures.SubmissionEvent",
        "measures.Question",
        "measures.ReminderByHand",
        "measures.MonthReminder",
        "measures.Download",
        "measures.Expectation",
        "measures.LimitsDecision",
        "measures.Story",
    ],
    Part.ACCOUNTS: [
        "accounts.User",
        "accounts.AreaMembership",
        "accounts.Invitation",
    ],
}

#: Models of which no history is kept, and why.
NOT_KEPT = {
    "resources.ImportedFile": "a file on its way in: what it did is in the history of the items",
    "measures.UploadedMonths": "a file on its way in: what it did is in the history of the drafts",
    "resources.FailedSearch": "words of readers, forgotten after 90 days: a history would keep them for ever",
}

#: Columns that no entry holds. A change of these alone leaves no entry.
LEFT_OUT = {
    "accounts.User": ["password", "last_login"],
    "accounts.Invitation": ["key_hash"],
    # Deleted for its writer's sake, as a history could not be: that keeps when it came and went, and who was at it.
    "pages.ContactMessage": ["receipt", "name", "email", "subject", "message"],
    # What other servers answer, each week anew. That it broke, moved or was repaired is kept.
    "resources.Link": ["words", "redirects", "failures", "failing_since", "checked_at", "next_check_at"],
    "resources.ItemReport": ["receipt", "email", "message"],
    "resources.Resource": ["search_title", "search_people", "search_topics", "search_summary", "search_vector"],
}


class KeptModel(NamedTuple):
    part: Part
    model: type[models.Model]

    @property
    def arguments(self) -> list[str]:
        """What history.keep() is told of the table: part, model, key column, columns to leave out."""
        meta = self.model._meta
        assert meta.pk
        assert meta.pk.column
        return [self.part.value, meta.label, meta.pk.column, *LEFT_OUT.get(meta.label, [])]


def kept_models() -> Iterator[KeptModel]:
    for part, labels in KEPT.items():
        for model in map(apps.get_model, labels):
            yield KeptModel(part, model)
            for field in model._meta.local_many_to_many:
                through = field.remote_field.through
                if through._meta.auto_created:
                    yield KeptModel(part, through)


TRIGGERS = {
    "history_of_rows": "AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW",
    "history_of_truncate": "AFTER TRUNCATE ON {table} FOR EACH STATEMENT",
}


def attach(connection: BaseDatabaseWrapper) -> list[str]:
    """Make sure that the triggers are there and at work; returns the tables that lacked one.

    Tables that are not there, as after `migrate APP zero`, are left out, and so are all where there is no history.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('history.keep()') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return []
        cursor.execute(
            "SELECT relname, tgname, tgargs FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE tgfoid = 'history.keep()'::regprocedure AND tgenabled <> 'D'"
        )
        there = {(table, name): bytes(arguments) for table, name, arguments in cursor.fetchall()}
        tables = set(connection.introspection.table_names(cursor))
        lacking = []
        for kept in kept_models():
            table = kept.model._meta.db_table
            as_stored = b"".join(argument.encode() + b"\0" for argument in kept.arguments)
            for name, when in TRIGGERS.items():
                if table in tables and there.get((table, name)) != as_stored:
                    on = when.format(table=connection.ops.quote_name(table))
                    places = ", ".join(["%s"] * len(kept.arguments))
                    cursor.execute(
                        f"CREATE OR REPLACE TRIGGER {name} {on} EXECUTE FUNCTION history.keep({places})",
                        kept.arguments,
                    )
                    lacking.append(table)
        return lacking
