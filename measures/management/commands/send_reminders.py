from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from measures import reminders


class Command(BaseCommand):
    help = (
        "Remind the areas' teams of months that are due. Safe to run twice: each person gets one letter a step. "
        "Sends nothing at week-ends and on bank holidays; the next working day makes up for it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        sent = reminders.remind(timezone.localdate())
        self.stdout.write(self.style.SUCCESS(f"Reminders of months: {sent.now} sent, {sent.before} had theirs before."))
