"""What the overview and the export cost with a whole programme: 42 areas, 60 months, 28 measures.

Run it as `python -m tests.benchmarks.bench_months`; it fails when the number of queries grows with the months, or
when the memory of the export does. Each time is also printed as a ratio to a baseline of the same run.
It makes a database of its own and drops it again.
"""

import csv
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.parse import urlsplit

import django
import environ

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "selfharm_portal.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402
from django.utils import timezone  # noqa: E402

from measures import export, reporting_calendar  # noqa: E402
from measures.models import (  # noqa: E402
    AreaMeasure,
    Domain,
    Kind,
    Measure,
    MeasureValue,
    MeasureVersion,
    ReportingPeriod,
    State,
    Submission,
    SubmissionRevision,
)
from measures.wording import shifted  # noqa: E402
from selfharm_portal import embedded_database, static_files  # noqa: E402
from selfharm_portal.accounts.models import StaffRole, User  # noqa: E402
from sites.models import Area, Certainty, ChangeKind, EarlyImplementer, ProgrammeForm, Region  # noqa: E402

MEASURES = 28
#: Areas and months.
SMALL, WHOLE = (4, 6), (42, 60)
ROUNDS = 5
OVERVIEW = "/submissions/overview/?months=60"
#: How much more memory all rows may take than a tenth of them.
MOST_GROWTH = 1.25
WRITE: dict[str, Callable[[Iterable[export.Row]], object]] = {
    "CSV": lambda rows: sum(len(line) for line in export.comma_separated(rows)),
    "XLSX": lambda rows: export.spreadsheet(rows).close(),
}


def begin() -> User:
    """The dictionary, and an analyst who sends and reads everything."""
    domains = Domain.objects.bulk_create(
        Domain(slug=f"domain-{n}", title=f"Domain {n}", order=n, description="x") for n in range(7)
    )
    measures = Measure.objects.bulk_create(
        Measure(code=f"SH{n:02}", slug=f"measure-{n}", domain=domains[n % len(domains)]) for n in range(1, MEASURES + 1)
    )
    MeasureVersion.objects.bulk_create(
        MeasureVersion(
            measure=measure,
            number=1,
            valid_from=date(2015, 1, 1),
            name=f"People seen soon {measure.code}",
            kind=Kind.PROPORTION,
            unit="%",
            numerator="The number of people in the denominator who were seen soon.",
            denominator="The number of people seen in the month.",
            improvement_direction="increase",
            value_max=100,
            decimals=1,
            basis="proposed",
            worked_example={"text": "", "numerator": None, "denominator": None, "result": None},
            **dict.fromkeys(
                ["question", "description", "rationale", "month_rule", "how_to_collect"], "What it is about."
            ),
        )
        for measure in measures
    )
    with connection.cursor() as cursor:  # the map has room for 24 areas
        cursor.execute("ALTER TABLE sites_area DROP CONSTRAINT area_tile_is_its_own")
        cursor.execute("ALTER TABLE sites_area DROP CONSTRAINT area_tile_is_on_the_map")
    Region.objects.create(slug="region", name="Region", code="Y1")
    return User.objects.create_user("analyst@example.org", "of-a-benchmark", name="A", roles=[StaffRole.ANALYST])


def grow(areas: int, months: int, by: User) -> None:
    """Until there are so many areas with so many months, every one accepted with all measures."""
    newest = timezone.localdate().replace(day=1)
    there = Area.objects.count()
    added = Area.objects.bulk_create(area(n) for n in range(there, areas))
    AreaMeasure.objects.bulk_create(
        AreaMeasure(area=each, measure=measure, from_month=shifted(newest, -WHOLE[1]))
        for each in added
        for measure in Measure.objects.all()
    )
    for back in range(1, months + 1):
        month = shifted(newest, -back)
        ReportingPeriod.objects.get_or_create(month=month, defaults={"due_on": reporting_calendar.due_on(month)})
    begun = set(Submission.objects.values_list("area", "period"))
    new = Submission.objects.bulk_create(
        Submission(area=each, period=period)
        for each in Area.objects.order_by("pk")
        for period in ReportingPeriod.objects.all()
        if (each.pk, period.pk) not in begun
    )
    accept(new, by)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def area(n: int) -> Area:
    return Area(
        slug=f"area-{n}",
        **dict.fromkeys(("name", "place", "short_name", "icb_name"), f"Place {n}"),
        programme_form=ProgrammeForm.ICS,
        integrated_care_system_today="The same",
        ods_code=f"Q{n}",
        change_kind=ChangeKind.UNCHANGED,
        change_what="Nothing.",
        change_source="https://www.example.org/",
        region=Region.objects.get(),
        summary="What the team did.",
        tile_row=n // 4 + 1,
        tile_column=n % 4 + 1,
        early_implementer_status=EarlyImplementer.NOT_CONFIRMED,
        early_implementer_evidence="None.",
        certainty=Certainty.ASSUMED,
        provenance="Nowhere.",
        publication_state="published",
        published_at=timezone.now(),
        review_due=timezone.localdate(),
    )


def accept(months: list[Submission], by: User) -> None:
    sent_at = datetime(2026, 1, 5, 12, tzinfo=UTC)
    revisions = SubmissionRevision.objects.bulk_create(
        [
            SubmissionRevision(submission=each, number=1, submitted_at=sent_at, submitted_by=by, declaration="Right.")
            for each in months
        ],
        batch_size=2_000,
    )
    versions = list(MeasureVersion.objects.order_by("measure"))
    MeasureValue.objects.bulk_create(
        [
            MeasureValue(
                revision=revision,
                measure_id=version.measure_id,
                version=version,
                kind=version.kind,
                numerator=(revision.pk + version.pk) % 60,
                denominator=60,
            )
            for revision in revisions
            for version in versions
        ],
        batch_size=5_000,
    )
    for month, revision in zip(months, revisions, strict=True):
        month.state, month.latest_revision, month.accepted_revision = State.ACCEPTED, revision, revision
    Submission.objects.bulk_update(months, ["state", "latest_revision", "accepted_revision"], batch_size=500)


def milliseconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    times = []
    for _ in range(rounds):
        start = perf_counter()
        work()
        times.append((perf_counter() - start) * 1000)
    return median(times)


def queries(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def plain_lines() -> int:
    """The baseline: the same number of rows and cells out of the database and through csv, with nothing looked up."""
    lines = csv.writer(open(os.devnull, "w"))  # noqa: SIM115, PTH123 - gone with the process
    found = MeasureValue.objects.values_list().iterator(export.CHUNK)
    return sum(1 for row in found if lines.writerow(row))


def read(client: Client) -> None:
    response = client.get(OVERVIEW)
    if response.status_code != 200:
        raise RuntimeError(f"{OVERVIEW} answered {response.status_code}")


def memory(form: str, rows: int) -> float:
    """What a process of its own comes to have at most, in MB, that writes so many rows."""
    found = settings.DATABASES["default"] if not settings.EMBEDDED_DATABASE else None
    url = os.environ["DATABASE_URL"] if found else embedded_database.url(settings.VAR_DIR / "test-database")
    name = str(connection.settings_dict["NAME"])
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.bench_months", form, str(rows)],
        env={**os.environ, "DATABASE_URL": urlsplit(url)._replace(path=f"/{name}").geturl()},
        capture_output=True,
        check=True,
        text=True,
    )
    return float(done.stdout)


def most_memory(form: str, rows: int) -> float:
    WRITE[form](islice(export.rows(), rows))
    # Linux's own count, because that of getrusage begins with what the process that started this one had.
    [peak] = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(peak) / 1024


def main() -> int:
    if settings.EMBEDDED_DATABASE:
        data = settings.VAR_DIR / "test-database"
        embedded_database.start(data, durable=False)
        connection.settings_dict.update(environ.Env.db_url_config(embedded_database.url(data)))
    static_files.collect()
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0)
    try:
        return measure()
    finally:
        connection.creation.destroy_test_db(str(connection.settings_dict["NAME"]), verbosity=0)


def measure() -> int:
    analyst, client = begin(), Client()
    client.force_login(analyst)
    pages: list[float] = []
    asked: dict[str, list[int]] = {"overview": [], "export": []}
    for areas, months in (SMALL, WHOLE):
        grow(areas, months, analyst)
        read(client)
        pages.append(milliseconds(lambda: read(client)))
        asked["overview"].append(queries(lambda: read(client)))
        asked["export"].append(queries(lambda: list(export.rows())))
    values = MeasureValue.objects.count()
    print(f"{WHOLE[0]} areas, {WHOLE[1]} months, {MEASURES} measures: {values:,} values")
    print(f"overview: {pages[0]:.0f} ms with {SMALL[0]} areas and {SMALL[1]} months, {pages[1]:.0f} ms with all")
    baseline = milliseconds(plain_lines, 3)
    print(f"baseline, the values as they are through csv: {baseline:.0f} ms")
    problems = []
    for form, write in WRITE.items():
        took = milliseconds(lambda write=write: write(export.rows()), 1)  # type: ignore[misc]
        few, most = memory(form, values // 10), memory(form, values)
        print(
            f"export as {form}: {took:.0f} ms, {took / baseline:.1f} times the baseline; "
            f"{few:.0f} MB for a tenth, {most:.0f} MB for all"
        )
        if most > few * MOST_GROWTH:
            problems.append(f"{form}: ten times the rows take {most / few:.2f} times the memory")
    for name, numbers in asked.items():
        print(f"{name}: {numbers[-1]} queries")
        if len(set(numbers)) > 1:
            problems.append(f"{name}: the number of queries is not the same at both sizes: {numbers}")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(most_memory(sys.argv[1], int(sys.argv[2])))
    else:
        sys.exit(main())
