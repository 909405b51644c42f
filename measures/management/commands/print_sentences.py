from typing import Any

from django.core.management.base import BaseCommand

from measures import sentence_examples


class Command(BaseCommand):
    help = "Print what charts say in a sentence, example by example, for docs/sentences.md."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(sentence_examples.documentation(), ending="")
