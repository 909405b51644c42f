"""The smallest valid row of each model; a test states only what matters to it."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from factory.django import DjangoModelFactory

from measures import reporting_calendar
from measures.models import (
    QUESTIONS_OF_THE_METHOD,
    AreaAim,
    AreaMeasure,
    Basis,
    DenominatorGroup,
    Direction,
    Domain,
    Download,
    DraftEntry,
    DraftQueryAnswer,
    Expectation,
    Expected,
    Kind,
    LimitsDecision,
    LinkedTotal,
    Measure,
    MeasureSource,
    MeasureValue,
    MeasureVersion,
    MonthReminder,
    NoDataReason,
    QueryAnswer,
    Question,
    ReminderByHand,
    ReportingPeriod,
    State,
    Story,
    Submission,
    SubmissionEvent,
    SubmissionRevision,
    TotalField,
    UploadedMonths,
)
from resources import indexing
from resources.models import Audience as LibraryAudience
from resources.models import ChangeKind as LibraryChangeKind
from resources.models import (
    Check,
    DistressTerm,
    FailedSearch,
    Helpline,
    ImportedFile,
    ItemReport,
    Link,
    NeverSuggestedTerm,
    NotTheSame,
    Publisher,
    ReadingList,
    ReadingListEntry,
    Reminder,
    ReportAbout,
    Resource,
    ResourceChange,
    ResourcePublisher,
    ResourceType,
    Review,
    Section,
    Standing,
    SynonymGroup,
    Topic,
)
from resources.models import Reader as LibraryReader
from selfharm_portal.accounts.models import AreaMembership, AreaRole, Invitation, StaffRole, User
from selfharm_portal.pages.models import (
    ContactMessage,
    Page,
    PageKey,
    PageSection,
    Partner,
    PartnerKind,
    Person,
    PersonGroup,
    PersonKind,
    Target,
    WayIn,
)
from selfharm_portal.publishing.models import PublicationState
from selfharm_portal.uploads import storing
from selfharm_portal.uploads.models import FileKind, Original
from sites.models import (
    Area,
    AreaLink,
    AreaSuccessor,
    Certainty,
    ChangeKind,
    EarlyImplementer,
    Infographic,
    InfographicPanel,
    Milestone,
    OtherMaterial,
    PanelKind,
    PanelPart,
    ProgrammeForm,
    Region,
    SiteChange,
    SiteChangeKind,
    SiteReview,
    SuggestedFor,
    Suggestion,
    Theme,
)
from sites.models import Check as SiteCheck


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    class Params:
        analyst = factory.Trait(roles=[StaffRole.ANALYST])
        curator = factory.Trait(roles=[StaffRole.CURATOR])
        administrator = factory.Trait(roles=[StaffRole.ADMINISTRATOR])

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.LazyFunction(lambda: make_password(None))  # nobody signs in with it


# Areas and their teams


class RegionFactory(DjangoModelFactory[Region]):
    class Meta:
        model = Region

    slug = factory.Sequence(lambda n: f"region-{n}")
    name = factory.Sequence(lambda n: f"Region {n}")
    code = factory.Sequence(lambda n: f"Y{n}")


class AreaFactory(DjangoModelFactory[Area]):
    """Published, as loading content leaves it: not yet reviewed by anybody."""

    class Meta:
        model = Area

    class Params:
        draft = factory.Trait(publication_state=PublicationState.DRAFT, published_at=None)

    publication_state = PublicationState.PUBLISHED
    published_at = datetime(2026, 1, 5, 12, tzinfo=UTC)
    review_due = date(2027, 1, 5)
    slug = factory.Sequence(lambda n: f"area-{n}")
    name = factory.Sequence(lambda n: f"Integrated care system {n}")
    place = factory.Sequence(lambda n: f"Place {n}")
    short_name = factory.Sequence(lambda n: f"Place {n}")
    programme_form = ProgrammeForm.ICS
    integrated_care_system_today = "The same"
    icb_name = factory.Sequence(lambda n: f"NHS Place {n} Integrated Care Board")
    ods_code = factory.Sequence(lambda n: f"Q{n}")
    change_kind = ChangeKind.UNCHANGED
    change_what = "Nothing has changed."
    change_source = "https://example.org/change"
    region = factory.SubFactory(RegionFactory)
    summary = "What the team did."
    tile_row = factory.Sequence(lambda n: n // 4 % 6 + 1)
    tile_column = factory.Sequence(lambda n: n % 4 + 1)
    early_implementer_status = EarlyImplementer.NOT_CONFIRMED
    early_implementer_evidence = "None found."
    certainty = Certainty.ASSUMED
    provenance = "Nowhere."


class AreaMembershipFactory(DjangoModelFactory[AreaMembership]):
    class Meta:
        model = AreaMembership

    user = factory.SubFactory(UserFactory)
    area = factory.SubFactory(AreaFactory)
    role = AreaRole.CONTRIBUTOR


class InvitationFactory(DjangoModelFactory[Invitation]):
    """Sent a moment ago by an administrator. Say `key` to use it."""

    class Meta:
        model = Invitation

    class Params:
        key = factory.Sequence(lambda n: f"a-key-for-tests-{n}")

    area = factory.SubFactory(AreaFactory)
    role = AreaRole.CONTRIBUTOR
    name = factory.Sequence(lambda n: f"Invited person {n}")
    email = factory.Sequence(lambda n: f"invited{n}@example.org")
    key_hash = factory.LazyAttribute(lambda made: sha256(made.key.encode()).hexdigest())
    invited_by = factory.SubFactory(UserFactory, administrator=True)
    sent_at = factory.LazyFunction(timezone.now)


# Measures: the dictionary, what areas report, and their months


class DomainFactory(DjangoModelFactory[Domain]):
    class Meta:
        model = Domain

    slug = factory.Sequence(lambda n: f"domain-{n}")
    title = factory.Sequence(lambda n: f"Domain {n}")
    order = factory.Sequence(lambda n: n)
    description = "What these measures are about."


class DenominatorGroupFactory(DjangoModelFactory[DenominatorGroup]):
    class Meta:
        model = DenominatorGroup

    slug = factory.Sequence(lambda n: f"group-{n}")
    label = factory.Sequence(lambda n: f"People of group {n}")
    definition = "The number of people in the group."


class MeasureFactory(DjangoModelFactory[Measure]):
    """A measure without a definition; MeasureVersionFactory makes both."""

    class Meta:
        model = Measure

    code = factory.Sequence(lambda n: f"SH{n % 900 + 100}")
    slug = factory.Sequence(lambda n: f"measure-{n}")
    domain = factory.SubFactory(DomainFactory)


class MeasureVersionFactory(DjangoModelFactory[MeasureVersion]):
    """A percentage, unless a trait or an argument says otherwise."""

    class Meta:
        model = MeasureVersion

    class Params:
        count = factory.Trait(kind=Kind.COUNT, unit="people", denominator="", value_max=None, decimals=0)
        rate = factory.Trait(kind=Kind.RATE, unit="visits per 1,000 adults", rate_multiplier=1000, value_max=None)
        median = factory.Trait(kind=Kind.MEDIAN_DAYS, unit="days", value_max=None)
        score = factory.Trait(kind=Kind.MEAN_SCORE, unit="points", value_max=40)

    measure = factory.SubFactory(MeasureFactory)
    number = 1
    valid_from = date(2021, 4, 1)
    name = factory.Sequence(lambda n: f"People seen soon {n}")
    question = "How many people were seen soon?"
    description = "The share of people who were seen soon."
    rationale = "Waiting is hard."
    kind = Kind.PROPORTION
    unit = "%"
    numerator = "The number of people in the denominator who were seen soon."
    denominator = "The number of people seen in the month."
    month_rule = "The date on which the person was seen."
    how_to_collect = "Count them in the electronic record."
    worked_example = factory.LazyFunction(lambda: {"text": "", "numerator": None, "denominator": None, "result": None})
    improvement_direction = Direction.INCREASE
    value_max = 100
    decimals = 1
    basis = Basis.PROPOSED


class MeasureSourceFactory(DjangoModelFactory[MeasureSource]):
    class Meta:
        model = MeasureSource

    version = factory.SubFactory(MeasureVersionFactory)
    role = MeasureSource.Role.PRIMARY
    title = factory.Sequence(lambda n: f"A published measure {n}")


class LinkedTotalFactory(DjangoModelFactory[LinkedTotal]):
    class Meta:
        model = LinkedTotal

    slug = factory.Sequence(lambda n: f"total-{n}")
    left = factory.SubFactory(MeasureFactory)
    left_field = TotalField.NUMERATOR
    right = factory.SubFactory(MeasureFactory)
    right_field = TotalField.DENOMINATOR
    meaning = "Both are the number of people referred in the month."


class AreaMeasureFactory(DjangoModelFactory[AreaMeasure]):
    """The measure comes without a version, as a row of its own does: pass `measure=version.measure` for months."""

    class Meta:
        model = AreaMeasure

    area = factory.SubFactory(AreaFactory)
    measure = factory.SubFactory(MeasureFactory)
    from_month = date(2021, 4, 1)


class AreaAimFactory(DjangoModelFactory[AreaAim]):
    class Meta:
        model = AreaAim

    area_measure = factory.SubFactory(AreaMeasureFactory)
    position = 1
    value = 80
    from_month = date(2026, 4, 1)


class LimitsDecisionFactory(DjangoModelFactory[LimitsDecision]):
    """Recalculated at a milestone of the area; `fixed=True`: fixed to the first months."""

    class Meta:
        model = LimitsDecision

    class Params:
        fixed = factory.Trait(milestone=None, from_month=None, fixed_months=12, checklist=[])

    area_measure = factory.SubFactory(AreaMeasureFactory)
    milestone = factory.SubFactory(
        "tests.factories.MilestoneFactory", area=factory.SelfAttribute("..area_measure.area"), change_tested=True
    )
    from_month = factory.LazyAttribute(lambda decision: decision.milestone.date.replace(day=1))
    reason = "The new offer works in all localities."
    checklist = factory.LazyFunction(lambda: [f"Question {n}" for n in range(1, QUESTIONS_OF_THE_METHOD + 1)])
    decided_by = factory.SubFactory(UserFactory)
    decided_at = datetime(2026, 6, 1, 12, tzinfo=UTC)


class StoryFactory(DjangoModelFactory[Story]):
    class Meta:
        model = Story

    area_measure = factory.SubFactory(AreaMeasureFactory)
    from_month = to_month = date(2026, 3, 1)
    text = "A second clinic opened."
    by = factory.SubFactory(UserFactory)
    made_at = datetime(2026, 6, 1, 12, tzinfo=UTC)


class ReportingPeriodFactory(DjangoModelFactory[ReportingPeriod]):
    """A month of its own for each period, from April 2021 on."""

    class Meta:
        model = ReportingPeriod

    month = factory.Sequence(lambda n: date(2021 + (n + 3) // 12, (n + 3) % 12 + 1, 1))
    due_on = factory.LazyAttribute(lambda period: reporting_calendar.due_on(period.month))


class SubmissionFactory(DjangoModelFactory[Submission]):
    """A month not started; `submitted=True`, `returned=True` or `accepted=True` give it its first revision."""

    class Meta:
        model = Submission
        skip_postgeneration_save = True

    area = factory.SubFactory(AreaFactory)
    period = factory.SubFactory(ReportingPeriodFactory)

    @factory.post_generation
    def submitted(self: Submission, create: bool, extracted: bool | None, **kwargs: Any) -> None:
        if extracted:
            hand_over(self, State.SUBMITTED)

    @factory.post_generation
    def returned(self: Submission, create: bool, extracted: bool | None, **kwargs: Any) -> None:
        if extracted:
            hand_over(self, State.RETURNED)

    @factory.post_generation
    def accepted(self: Submission, create: bool, extracted: bool | None, **kwargs: Any) -> None:
        if extracted:
            hand_over(self, State.ACCEPTED)


def hand_over(month: Submission, state: State) -> None:
    """Give the month a revision without values, and the state that follows from it."""
    revision = SubmissionRevisionFactory(submission=month)
    month.state = state
    month.latest_revision = revision
    month.accepted_revision = revision if state == State.ACCEPTED else None
    month.save(update_fields=["state", "latest_revision", "accepted_revision"])


class DraftEntryFactory(DjangoModelFactory[DraftEntry]):
    class Meta:
        model = DraftEntry

    submission = factory.SubFactory(SubmissionFactory)
    measure = factory.SubFactory(MeasureFactory)


class SubmissionRevisionFactory(DjangoModelFactory[SubmissionRevision]):
    class Meta:
        model = SubmissionRevision

    submission = factory.SubFactory(SubmissionFactory)
    number = factory.LazyAttribute(lambda revision: revision.submission.revisions.count() + 1)
    submitted_at = datetime(2026, 6, 1, 12, tzinfo=UTC)
    submitted_by = factory.SubFactory(UserFactory)
    declaration = "These totals are right as far as we know."


class MeasureValueFactory(DjangoModelFactory[MeasureValue]):
    """42 of 60, or with `missing=True` the reason for having no numbers."""

    class Meta:
        model = MeasureValue

    class Params:
        missing = factory.Trait(numerator=None, denominator=None, no_data_reason=NoDataReason.NOT_COLLECTED)

    revision = factory.SubFactory(SubmissionRevisionFactory)
    version = factory.SubFactory(MeasureVersionFactory)
    measure = factory.SelfAttribute("version.measure")
    kind = factory.SelfAttribute("version.kind")
    numerator = 42
    denominator = 60


class QuestionFactory(DjangoModelFactory[Question]):
    class Meta:
        model = Question

    revision = factory.SubFactory(SubmissionRevisionFactory)
    measure = factory.SubFactory(MeasureFactory)
    words = "Is this right?"
    asked_by = factory.SubFactory(UserFactory)
    asked_at = datetime(2026, 6, 2, 12, tzinfo=UTC)


class DraftQueryAnswerFactory(DjangoModelFactory[DraftQueryAnswer]):
    class Meta:
        model = DraftQueryAnswer

    submission = factory.SubFactory(SubmissionFactory)
    fingerprint = "drop_to_zero-SH01-0"
    checked = True
    note = "Counted twice."
    who = factory.SubFactory(UserFactory)
    when = datetime(2026, 6, 1, 12, tzinfo=UTC)


class QueryAnswerFactory(DjangoModelFactory[QueryAnswer]):
    class Meta:
        model = QueryAnswer

    revision = factory.SelfAttribute("value.revision")
    value = factory.SubFactory(MeasureValueFactory)
    rule = "drop_to_zero"
    fingerprint = "drop_to_zero-SH01-0"
    message = "Is it really 0?"
    note = "Counted twice."
    who = factory.SubFactory(UserFactory)
    when = datetime(2026, 6, 1, 12, tzinfo=UTC)


class ReminderByHandFactory(DjangoModelFactory[ReminderByHand]):
    class Meta:
        model = ReminderByHand

    submission = factory.SubFactory(SubmissionFactory)
    sent_on = date(2026, 6, 1)
    sent_by = factory.SubFactory(UserFactory)


class SubmissionEventFactory(DjangoModelFactory[SubmissionEvent]):
    class Meta:
        model = SubmissionEvent

    submission = factory.SubFactory(SubmissionFactory)
    from_state = State.NOT_STARTED
    to_state = State.DRAFT
    who = factory.SubFactory(UserFactory)
    when = datetime(2026, 6, 1, 12, tzinfo=UTC)


class MonthReminderFactory(DjangoModelFactory[MonthReminder]):
    class Meta:
        model = MonthReminder

    submission = factory.SubFactory(SubmissionFactory)
    to = factory.SubFactory(UserFactory)
    due_on = factory.SelfAttribute("submission.period.due_on")
    step = 0
    sent_on = factory.SelfAttribute("due_on")


class UploadedMonthsFactory(DjangoModelFactory[UploadedMonths]):
    class Meta:
        model = UploadedMonths

    area = factory.SubFactory(AreaFactory)
    by = factory.SubFactory(UserFactory)
    name = "months.xlsx"
    entries = factory.LazyFunction(list)


class ExpectationFactory(DjangoModelFactory[Expectation]):
    """Of a change that the area tested, recorded before any month after it was sent."""

    class Meta:
        model = Expectation

    area_measure = factory.SubFactory(AreaMeasureFactory)
    milestone = factory.SubFactory(
        "tests.factories.MilestoneFactory",
        area=factory.SelfAttribute("..area_measure.area"),
        date=date(2026, 3, 15),
        change_tested=True,
    )
    direction = Expected.INCREASE
    by_month = date(2026, 12, 1)
    recorded_by = factory.SubFactory(UserFactory)
    recorded_at = datetime(2026, 3, 1, 12, tzinfo=UTC)


class DownloadFactory(DjangoModelFactory[Download]):
    class Meta:
        model = Download

    by = factory.SubFactory(UserFactory, analyst=True)
    form = "csv"


# The library


class SectionFactory(DjangoModelFactory[Section]):
    class Meta:
        model = Section

    slug = factory.Sequence(lambda n: f"section-{n}")
    title = factory.Sequence(lambda n: f"Section {n}")
    introduction = "What a reader finds here."
    position = factory.Sequence(lambda n: n % 30_000)


class TopicFactory(DjangoModelFactory[Topic]):
    class Meta:
        model = Topic

    slug = factory.Sequence(lambda n: f"topic-{n}")
    title = factory.Sequence(lambda n: f"Topic {n}")
    position = factory.Sequence(lambda n: n % 30_000)


class PublisherFactory(DjangoModelFactory[Publisher]):
    class Meta:
        model = Publisher

    name = factory.Sequence(lambda n: f"Publisher {n}")


class ResourceFactory(DjangoModelFactory[Resource]):
    """Published and verified, as loading content leaves it: not yet reviewed by anybody."""

    class Meta:
        model = Resource
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(publication_state=PublicationState.DRAFT, published_at=None)

    slug = factory.Sequence(lambda n: f"resource-{n}")
    title = factory.Sequence(lambda n: f"Resource {n}")
    section = factory.SubFactory(SectionFactory)
    type = ResourceType.GUIDELINE
    summary = "What it is, in our own words."
    url = factory.Sequence(lambda n: f"https://www.example.org/{n}")
    reader = [LibraryReader.PROFESSIONALS]
    verified = True
    publication_state = PublicationState.PUBLISHED
    published_at = datetime(2026, 1, 5, 12, tzinfo=UTC)
    review_due = date(2027, 1, 5)

    @factory.post_generation
    def topics(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and extracted:
            self.topics.set(extracted)

    @factory.post_generation
    def indexed(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            indexing.index(Resource.objects.filter(pk=self.pk))


class LinkFactory(DjangoModelFactory[Link]):
    """Opens, where readers see it."""

    class Meta:
        model = Link

    class Params:
        unchecked = factory.Trait(standing=Standing.UNCHECKED, checked_at=None, words="")
        moved = factory.Trait(
            standing=Standing.MOVED, moved_to=factory.Sequence(lambda n: f"https://new.example.org/{n}")
        )
        soft = factory.Trait(
            standing=Standing.SOFT,
            words="The server answers 404 Not Found.",
            failures=1,
            failing_since=datetime(2026, 1, 8, 12, tzinfo=UTC),
        )
        broken = factory.Trait(
            standing=Standing.BROKEN,
            words="The server answers 404 Not Found.",
            failures=3,
            failing_since=datetime(2026, 1, 4, 12, tzinfo=UTC),
        )

    url = factory.Sequence(lambda n: f"https://links.example.org/{n}")
    for_readers = True
    standing = Standing.FINE
    words = "It opens."
    checked_at = datetime(2026, 1, 8, 12, tzinfo=UTC)


class ReminderFactory(DjangoModelFactory[Reminder]):
    class Meta:
        model = Reminder

    to = factory.SubFactory(UserFactory, curator=True)
    week = date(2026, 1, 5)


class ResourcePublisherFactory(DjangoModelFactory[ResourcePublisher]):
    class Meta:
        model = ResourcePublisher
        skip_postgeneration_save = True

    resource = factory.SubFactory(ResourceFactory)
    publisher = factory.SubFactory(PublisherFactory)

    @factory.post_generation
    def indexed(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            indexing.index(Resource.objects.filter(pk=self.resource_id))


class ResourceChangeFactory(DjangoModelFactory[ResourceChange]):
    class Meta:
        model = ResourceChange

    resource = factory.SubFactory(ResourceFactory)
    kind = LibraryChangeKind.ADDED
    sentence = "Added to the library."


class ImportedFileFactory(DjangoModelFactory[ImportedFile]):
    class Meta:
        model = ImportedFile

    name = "references.csv"
    data = b"title,section,kind,reader\nA title,Unknown,Report,Professionals\n"
    by = factory.SubFactory(UserFactory, curator=True)


class ReviewFactory(DjangoModelFactory[Review]):
    class Meta:
        model = Review

    resource = factory.SubFactory(ResourceFactory)
    by = factory.SubFactory(UserFactory, curator=True)
    checked = Check.values


class NotTheSameFactory(DjangoModelFactory[NotTheSame]):
    class Meta:
        model = NotTheSame

    first = factory.SubFactory(ResourceFactory)
    second = factory.SubFactory(ResourceFactory)
    by = factory.SubFactory(UserFactory, curator=True)


class ItemReportFactory(DjangoModelFactory[ItemReport]):
    class Meta:
        model = ItemReport

    resource = factory.SubFactory(ResourceFactory)
    about = ReportAbout.BROKEN_LINK


class ReadingListFactory(DjangoModelFactory[ReadingList]):
    class Meta:
        model = ReadingList

    slug = factory.Sequence(lambda n: f"list-{n}")
    title = factory.Sequence(lambda n: f"List {n}")
    introduction = "Whom the list is for."
    audience = LibraryAudience.CLINICIANS


class ReadingListEntryFactory(DjangoModelFactory[ReadingListEntry]):
    class Meta:
        model = ReadingListEntry

    reading_list = factory.SubFactory(ReadingListFactory)
    resource = factory.SubFactory(ResourceFactory)
    why = "Why to read it."


class HelplineFactory(DjangoModelFactory[Helpline]):
    class Meta:
        model = Helpline

    slug = factory.Sequence(lambda n: f"helpline-{n}")
    name = factory.Sequence(lambda n: f"Help line {n}")
    for_whom = "Anyone"
    phone = "116 123"
    phone_tel = "tel:116123"
    hours = "24 hours a day, every day"
    cost = "free"
    verified = True


class SynonymGroupFactory(DjangoModelFactory[SynonymGroup]):
    class Meta:
        model = SynonymGroup

    slug = factory.Sequence(lambda n: f"group-{n}")
    terms = ["a&e", "emergency department"]


class DistressTermFactory(DjangoModelFactory[DistressTerm]):
    class Meta:
        model = DistressTerm

    term = factory.Sequence(lambda n: f"word {n}")


class FailedSearchFactory(DjangoModelFactory[FailedSearch]):
    """Words that found nothing on three days running, the last of them `day`: so a curator is shown them."""

    class Meta:
        model = FailedSearch
        skip_postgeneration_save = True

    words = factory.Sequence(lambda n: f"words {n % 10000}")
    day = factory.LazyFunction(timezone.localdate)

    @factory.post_generation
    def days(self: Any, create: bool, extracted: int | None, **_: Any) -> None:
        for earlier in range(1, 3 if extracted is None else extracted):
            FailedSearch.objects.create(words=self.words, day=self.day - timedelta(days=earlier))


class NeverSuggestedTermFactory(DjangoModelFactory[NeverSuggestedTerm]):
    class Meta:
        model = NeverSuggestedTerm

    term = factory.Sequence(lambda n: f"word {n}")


# Pages and people; what belongs to an area


class PageFactory(DjangoModelFactory[Page]):
    class Meta:
        model = Page

    key = PageKey.ABOUT
    title = "A page"
    lead = "What it is about."


class PageSectionFactory(DjangoModelFactory[PageSection]):
    class Meta:
        model = PageSection

    page = factory.SubFactory(PageFactory)
    key = factory.Sequence(lambda n: f"section-{n}")
    heading = "A heading"
    body_markdown = "A text."


class WayInFactory(DjangoModelFactory[WayIn]):
    class Meta:
        model = WayIn

    page = factory.SubFactory(PageFactory, key=PageKey.HOME)
    key = factory.Sequence(lambda n: f"way-{n}")
    target = Target.AREAS
    title = "See what areas are doing"
    text = "Read about them."
    link_text = "Explore the areas"


class PersonGroupFactory(DjangoModelFactory[PersonGroup]):
    class Meta:
        model = PersonGroup

    key = factory.Sequence(lambda n: f"group-{n}")
    title = factory.Sequence(lambda n: f"Group {n}")


class PersonFactory(DjangoModelFactory[Person]):
    """A member of the panel."""

    class Meta:
        model = Person

    key = factory.Sequence(lambda n: f"member-{n}")
    kind = PersonKind.PANEL
    group = factory.SubFactory(PersonGroupFactory)
    name = factory.Sequence(lambda n: f"Member {n}")
    role = "Researcher"
    organisation = "A university"


class PartnerFactory(DjangoModelFactory[Partner]):
    class Meta:
        model = Partner

    key = factory.Sequence(lambda n: f"partner-{n}")
    name = factory.Sequence(lambda n: f"Partner {n}")
    short_name = factory.Sequence(lambda n: f"P{n}")
    role = "Works alongside."
    kind = PartnerKind.ACADEMIC


class ContactMessageFactory(DjangoModelFactory[ContactMessage]):
    class Meta:
        model = ContactMessage

    message = "A link is broken."


class ThemeFactory(DjangoModelFactory[Theme]):
    class Meta:
        model = Theme

    slug = factory.Sequence(lambda n: f"theme-{n}")
    title = factory.Sequence(lambda n: f"Theme {n}")
    description = "What it means."


class AreaSuccessorFactory(DjangoModelFactory[AreaSuccessor]):
    class Meta:
        model = AreaSuccessor

    area = factory.SubFactory(AreaFactory)
    name = factory.Sequence(lambda n: f"NHS Successor {n} Integrated Care Board")
    ods_code = factory.Sequence(lambda n: f"S{n}")


class AreaLinkFactory(DjangoModelFactory[AreaLink]):
    class Meta:
        model = AreaLink

    area = factory.SubFactory(AreaFactory)
    title = "A page about it"
    url = factory.Sequence(lambda n: f"https://example.org/{n}")


class MilestoneFactory(DjangoModelFactory[Milestone]):
    """Of an area, and shown; `area=None` makes it the programme's."""

    class Meta:
        model = Milestone

    area = factory.SubFactory(AreaFactory)
    date = date(2021, 3, 15)
    title = "A service opens"
    what = "A team began its work."
    confirmed = True


class InfographicFactory(DjangoModelFactory[Infographic]):
    """Published, as loading content leaves it: not yet reviewed by anybody."""

    class Meta:
        model = Infographic

    class Params:
        draft = factory.Trait(publication_state=PublicationState.DRAFT, published_at=None)

    publication_state = PublicationState.PUBLISHED
    published_at = datetime(2026, 1, 5, 12, tzinfo=UTC)
    review_due = date(2027, 1, 5)
    slug = factory.Sequence(lambda n: f"infographic-{n}")
    area = factory.SubFactory(AreaFactory)
    theme = factory.SubFactory(ThemeFactory)
    title = factory.Sequence(lambda n: f"Project {n}")
    text_alternative = "The same in words."


class OriginalFactory(DjangoModelFactory[Original]):
    """A PDF; its file is there, and says nothing."""

    class Meta:
        model = Original

    infographic = factory.SubFactory(InfographicFactory)
    text_alternative = "Training for 412 staff, in three parts."
    token = factory.LazyFunction(lambda: storing.keep(b"%PDF-1.7"))
    kind = FileKind.PDF
    size = 8
    digest = sha256(b"%PDF-1.7").hexdigest()
    pages = 1
    uploaded_at = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
    uploaded_by = factory.SubFactory(UserFactory, curator=True)


class InfographicPanelFactory(DjangoModelFactory[InfographicPanel]):
    class Meta:
        model = InfographicPanel

    infographic = factory.SubFactory(InfographicFactory)
    part = PanelPart.AIMS
    kind = PanelKind.KNOWN
    heading = "What was done"
    text = "A course for staff."
    source = "The programme's page"
    confirmed = True


class SiteChangeFactory(DjangoModelFactory[SiteChange]):
    """Of an area, unless an infographic is given."""

    class Meta:
        model = SiteChange

    area = factory.Maybe("infographic", yes_declaration=None, no_declaration=factory.SubFactory(AreaFactory))
    infographic = None
    kind = SiteChangeKind.DETAILS
    sentence = "Changed: aims."


class SiteReviewFactory(DjangoModelFactory[SiteReview]):
    """Of an area, unless an infographic is given."""

    class Meta:
        model = SiteReview

    area = factory.Maybe("infographic", yes_declaration=None, no_declaration=factory.SubFactory(AreaFactory))
    infographic = None
    by = factory.SubFactory(UserFactory, curator=True)
    checked = SiteCheck.values


class OtherMaterialFactory(DjangoModelFactory[OtherMaterial]):
    class Meta:
        model = OtherMaterial

    what = "Recordings of talks"
    evidence = "A heading on a page."
    source = "https://example.org/talks"


class SuggestionFactory(DjangoModelFactory[Suggestion]):
    """Words of a lead for an area's aims, of which nothing is known yet."""

    class Meta:
        model = Suggestion

    class Params:
        days_ago = 0

    area = factory.SubFactory(AreaFactory)
    section = SuggestedFor.AIMS
    made_at = factory.LazyAttribute(lambda suggestion: timezone.now() - timedelta(days=suggestion.days_ago))
    title = "Aims"
    text = "To see everybody within a week."
    source = "I lead the project."
    by = factory.LazyAttribute(lambda suggestion: AreaMembershipFactory(area=suggestion.area, role=AreaRole.LEAD).user)
