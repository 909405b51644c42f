from typing import Any

from django.core.management.base import BaseCommand

from measures import moves


class Command(BaseCommand):
    help = "Print who may do what with a month in which state, for docs/submissions.md."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(moves.documentation(), ending="")
