"""The library: what there is to read, who may be shown it, and who has checked it.

`key` of the content files is the `slug` here. The code of a constraint's error is the field that a form says it
beside. Texts that are not known are empty, never a guess;
answers that are not known (is it Easy Read?) are null.
"""

from selfharm_portal.publishing.models import first_review  # a migration knows it by this name

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
    Standing,
    Status,
    list_of,
    refuse_reserved_slug,
)
from .helplines import Helpline
from .library import Publisher, Resource, ResourceChange, ResourcePublisher, Section, Topic
from .reading_lists import ReadingList, ReadingListEntry
from .reports import SAYS_ENOUGH, ItemReport, ReportAbout
from .upkeep import ImportedFile, Link, NotTheSame, Reminder, Review
from .words import DistressTerm, FailedSearch, NeverSuggestedTerm, SynonymGroup

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "QS34_STATEMENTS",
    "RESERVED_SLUGS",
    "SAYS_ENOUGH",
    "Audience",
    "ChangeKind",
    "Check",
    "Cost",
    "DistressTerm",
    "FailedSearch",
    "Format",
    "Helpline",
    "ImportedFile",
    "ItemReport",
    "Link",
    "NeverSuggestedTerm",
    "NotTheSame",
    "Population",
    "Publisher",
    "Reader",
    "ReadingList",
    "ReadingListEntry",
    "Reminder",
    "ReportAbout",
    "Resource",
    "ResourceChange",
    "ResourcePublisher",
    "ResourceType",
    "Review",
    "Section",
    "Setting",
    "Standing",
    "Status",
    "SynonymGroup",
    "Topic",
    "first_review",
    "list_of",
    "refuse_reserved_slug",
]
