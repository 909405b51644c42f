"""What a search of the library with facets costs with 100, 1,000 and 10,000 items, in one run.

Run it as `python -m tests.benchmarks.bench_library`; it fails when the number of queries grows with the items, when
a hundred times the items take more than a quarter of a hundred times as long, or when the index is not used.
It makes a database of its own and drops it again.
"""

import os
import random
import sys
from statistics import median
from string import ascii_lowercase
from time import perf_counter

import django
import environ

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "selfharm_portal.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import QueryDict  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402
from django.utils import timezone  # noqa: E402

from resources import filters  # noqa: E402
from resources.models import (  # noqa: E402
    Audience,
    Cost,
    Population,
    Publisher,
    Resource,
    ResourcePublisher,
    ResourceType,
    Section,
    Setting,
    Topic,
)
from resources.search import fold  # noqa: E402
from selfharm_portal import embedded_database, static_files  # noqa: E402

SIZES = [100, 1_000, 10_000]
ROUNDS = 9
MOST_TIMES = 25
SEARCHES = {
    "words and two facets": "/resources/?q=safety+planning&population=adults&cost=free&cost=paid",
    "a common word": "/resources/?q=care",
    "facets alone": "/resources/?topic=topic-3&audience=clinicians",
    "everything, newest first": "/resources/?sort=newest",
}
#: Common words first: the n-th is drawn in proportion to 1/n, as in real texts.
WORDS = ["self-harm", "care", "people", "health", "services", "support", "assessment", "hospital", "young", "risk"]
WORDS += ["psychosocial", "follow-up", "staff", "therapy", "emergency", "training", "families", "safety", "planning"]
WORDS += [f"{start}{a}{b}ment" for start in ("con", "pre", "re") for a in ascii_lowercase for b in ascii_lowercase]
INDEX = "resource_is_found_by_its_words"


def text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, weights=[1 / n for n in range(1, len(WORDS) + 1)], k=words))


def add(count: int, chance: random.Random) -> None:
    """Make published items, indexed as indexing.py would, until there are `count`."""
    now, there = timezone.now(), Resource.objects.count()
    sections, topics, publishers = list(Section.objects.all()), list(Topic.objects.all()), list(Publisher.objects.all())
    items = []
    for n in range(there, count):
        title, summary = f"{text(chance, 6)} {n}", text(chance, 60)
        items.append(
            Resource(
                slug=f"item-{n}",
                title=title,
                summary=summary,
                section=chance.choice(sections),
                type=chance.choice(ResourceType.values),
                audiences=chance.sample(Audience.values, 2),
                reader=["professionals"],
                settings=chance.sample(Setting.values, 2),
                population=chance.sample(Population.values, 2),
                cost=chance.choice(Cost.values),
                year=chance.randint(1995, 2026),
                url=f"https://www.example.org/{n}",
                publication_state="published",
                published_at=now,
                review_due=now.date(),
                search_title=fold(title),
                search_summary=fold(summary),
            )
        )
    Resource.objects.bulk_create(items, batch_size=1_000)
    links = [Resource.topics.through(resource=i, topic=t) for i in items for t in chance.sample(topics, 2)]
    Resource.topics.through.objects.bulk_create(links, batch_size=5_000)
    names = [ResourcePublisher(resource=i, publisher=chance.choice(publishers)) for i in items]
    ResourcePublisher.objects.bulk_create(names, batch_size=5_000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def milliseconds(client: Client, url: str) -> float:
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        response = client.get(url)
        times.append((perf_counter() - start) * 1000)
        if response.status_code != 200:
            raise RuntimeError(f"{url} answered {response.status_code}")
    return median(times)


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)


def plan() -> str:
    found = filters.read(QueryDict("q=conhament+conkament&type=guideline&population=adults")).results()
    return str(found[:20].explain())


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
    chance, client = random.Random(10_000), Client()
    Section.objects.bulk_create(Section(slug=f"section-{n}", title=f"Section {n}", introduction="x") for n in range(12))
    Topic.objects.bulk_create(Topic(slug=f"topic-{n}", title=f"Topic {n}") for n in range(20))
    Publisher.objects.bulk_create(Publisher(name=f"Publisher {n}") for n in range(50))
    times: dict[str, list[float]] = {name: [] for name in SEARCHES}
    asked: dict[str, list[int]] = {name: [] for name in SEARCHES}
    for size in SIZES:
        add(size, chance)
        for name, url in SEARCHES.items():
            milliseconds(client, url)
            times[name].append(milliseconds(client, url))
            asked[name].append(queries(client, url))
    problems = []
    for name in SEARCHES:
        first, *_, last = times[name]
        took = ", ".join(f"{time:.0f} ms" for time in times[name])
        print(f"{name}: {took}; {last / first:.1f} times as long; {asked[name][-1]} queries")
        if len(set(asked[name])) > 1:
            problems.append(f"{name}: the number of queries is not the same at each size: {asked[name]}")
        if last / first > MOST_TIMES:
            problems.append(f"{name}: {SIZES[-1] // SIZES[0]} times the items take {last / first:.1f} times as long")
    print(f"(with {', '.join(f'{size:,}' for size in SIZES)} items; the median of {ROUNDS})\n")
    shown = plan()
    print(shown)
    if INDEX not in shown:
        problems.append("The index of words is not used.")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
