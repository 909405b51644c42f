"""What the page of all charts of a team costs: 28 measures of 60 months, beside a bare view of the same size.

Run it as `python -m tests.benchmarks.bench_charts`; it fails when the page takes more than 15 times as long as a bare
view that answers the same person with as many bytes, or when its queries grow with the months. What it says is kept
until anything is committed, and what was worked out of the same numbers longer than that. What it costs just after a
commit elsewhere is printed beside, what the first look costs when the area has another month or the process has just
begun, and the board report of all of it.
It makes a database of its own and drops it again.
"""

import os
import sys
from collections.abc import Callable

import django
import environ

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "selfharm_portal.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.decorators import login_required  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import override_settings, setup_test_environment  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402

from measures.models import Measure  # noqa: E402
from measures.statistics import findings  # noqa: E402
from measures.team_charts import chart_pages, chart_views  # noqa: E402
from measures.wording import shifted  # noqa: E402
from selfharm_portal import embedded_database, static_files, urls  # noqa: E402
from tests.benchmarks import bench_charts as itself  # noqa: E402
from tests.benchmarks.bench_months import MEASURES, begin, grow, milliseconds, queries  # noqa: E402

MONTHS = 60
ROUNDS = 40
MOST_TIMES = 15
GRID = "/submissions/area-0/charts/"
content = b""


@login_required
def bare(request: HttpRequest) -> HttpResponse:
    """Nothing but a signed-in person and the bytes of the other page."""
    return HttpResponse(content)


urlpatterns = [path("bare/", bare), *urls.urlpatterns]


def get(client: Client, address: str) -> bytes:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return answer.content


def report() -> str:
    newest = timezone.localdate().replace(day=1)
    codes = "&".join(f"measure={code}" for code in Measure.objects.values_list("code", flat=True))
    first, last = shifted(newest, -MONTHS), shifted(newest, -1)
    return f"{GRID}report.pdf?first={first:%Y-%m}&last={last:%Y-%m}&{codes}"


def main() -> int:
    if settings.EMBEDDED_DATABASE:
        data = settings.VAR_DIR / "test-database"
        embedded_database.start(data, durable=False)
        connection.settings_dict.update(environ.Env.db_url_config(embedded_database.url(data)))
    static_files.collect()
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0)
    try:
        with override_settings(ROOT_URLCONF="tests.benchmarks.bench_charts"):
            return measure()
    finally:
        connection.creation.destroy_test_db(str(connection.settings_dict["NAME"]), verbosity=0)


def after_a_commit(client: Client) -> bytes:
    """Everything is read again; its charts are as they were."""
    chart_views.worked_out.clear()
    return get(client, GRID)


def anew(client: Client) -> bytes:
    """All of its charts, as when the area has another month or the process has just begun."""
    findings.find.cache_clear()
    chart_pages.as_html.cache_clear()
    return after_a_commit(client)


def quickest(*works: Callable[[], object]) -> list[float]:
    """The least time of each, in milliseconds, taken in turns: what else the machine does tells least on it."""
    rounds = [[milliseconds(work, 1) for work in works] for _ in range(ROUNDS)]
    return [min(times) for times in zip(*rounds, strict=True)]


def measure() -> int:
    analyst, client = begin(), Client()
    client.force_login(analyst)
    grow(1, 2, analyst)
    anew(client)
    few = queries(lambda: after_a_commit(client))
    grow(1, MONTHS, analyst)
    itself.content = anew(client)
    many = queries(lambda: after_a_commit(client))

    baseline, page, committed, first = quickest(
        lambda: get(client, "/bare/"),
        lambda: get(client, GRID),
        lambda: after_a_commit(client),
        lambda: anew(client),
    )
    print(f"{MEASURES} measures, {MONTHS} months: {len(itself.content):,} bytes, {many} queries")
    print(f"a bare view of as many bytes: {baseline:.1f} ms; the page: {page:.1f} ms, {page / baseline:.1f} times")
    print(f"just after a commit elsewhere: {committed:.1f} ms, {committed / baseline:.1f} times")
    print(f"the first look, all charts worked out anew: {first:.1f} ms, {first / baseline:.1f} times")
    size = len(get(client, report()))
    took = milliseconds(lambda: get(client, report()), 3)
    print(f"the board report of all of it: {took:.0f} ms, {size / 1_000_000:.1f} MB")
    problems = []
    if page > MOST_TIMES * baseline:
        problems.append(f"the page takes {page / baseline:.1f} times a bare view, more than {MOST_TIMES}")
    if few != many:
        problems.append(f"the number of queries grows: {few} at first, {many} with all")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
