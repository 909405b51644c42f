from typing import Any

from django.core.management.base import BaseCommand

from resources import indexing
from resources.models import Resource


class Command(BaseCommand):
    help = "Write again what each resource is found by, after rows were changed past the portal."

    def handle(self, *args: Any, **options: Any) -> None:
        written = indexing.index(Resource.objects.all())
        self.stdout.write(f"{written} resources were out of date, and are not any more.")
