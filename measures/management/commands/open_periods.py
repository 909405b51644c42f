from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from measures import reporting
from measures.models import ReportingPeriod
from measures.wording import shifted

MOST_MONTHS = 120


def first_of_month(text: str) -> date:
    try:
        month = date.fromisoformat(text if text.count("-") != 1 else f"{text}-01")
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is not a month: write it as 2026-04") from None
    if month.day != 1:
        raise ArgumentTypeError(f"“{text}” is not the first day of a month: write it as 2026-04")
    return month


def number_of_months(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_MONTHS:
        raise ArgumentTypeError(f"“{text}” is not a number from 1 to {MOST_MONTHS}")
    return int(text)


class Command(BaseCommand):
    help = "Open reporting periods ahead. Safe to run twice: what is there stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from", dest="first", type=first_of_month, help="as 2026-04; without it, the present month"
        )
        parser.add_argument("--months", type=number_of_months, default=12, help="how many, 12 if not given")

    @transaction.atomic
    def handle(self, *args: Any, first: date | None, months: int, **options: Any) -> None:
        first = first or timezone.localdate().replace(day=1)
        wanted = [shifted(first, count) for count in range(months)]
        there = set(ReportingPeriod.objects.filter(month__in=wanted).values_list("month", flat=True))
        for done, month in enumerate(wanted, start=1):
            reporting.open_period(month)
            if self.stdout.isatty():
                self.stdout.write(f"\r{done} of {months}: {month:%B %Y} ", ending="\n" if done == months else "")
        self.stdout.write(self.style.SUCCESS(f"Reporting months: opened {months - len(there)}, kept {len(there)}."))
