from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

import measures.content
import resources.content
import sites.content
from selfharm_portal.pages import content, demonstration
from sites.models import Area

FIXTURES = Path(settings.BASE_DIR) / "fixtures"


class Command(BaseCommand):
    help = (
        "Load what the portal has to say from fixtures/: what is not there yet is created, by its key; nothing that is "
        "there is changed. Safe to run twice. The first load also decides, for good, whether this database is a "
        "demonstration (DEMONSTRATION)."
    )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            kind = demonstration.decide(demonstration=settings.DEMONSTRATION, has_content=Area.objects.exists())
        except demonstration.MayBeReal as refused:
            raise CommandError(str(refused)) from refused
        created = 0
        # The library before the areas, whose themes name its topics; both before the measures, which name all three.
        for part in (content, resources.content, sites.content, measures.content):
            for name, is_new, kept in part.load(FIXTURES):
                created += is_new
                if is_new or options["verbosity"] > 1:
                    self.stdout.write(f"  {name}: created {is_new}, kept {kept}")
        self.stdout.write(
            self.style.SUCCESS(
                f"Content loaded: {created} rows created, the others kept as they are. {kind.label}."
                if created
                else f"Content: nothing new. {kind.label}."
            )
        )
