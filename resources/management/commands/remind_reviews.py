from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from resources import failed_searches, reminders


class Command(BaseCommand):
    help = (
        "Write to each curator for whom reviews, help lines or broken links wait. Safe to run twice: one letter a week."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        failed_searches.forget_old(today)  # here too, for weeks in which no search fails
        sent = reminders.remind(today)
        self.stdout.write(
            self.style.SUCCESS(
                f"Reminders: {sent.now} sent, {sent.before} had theirs this week, nothing waits for {sent.nothing}."
            )
        )
