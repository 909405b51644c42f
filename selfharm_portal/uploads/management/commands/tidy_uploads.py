from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from selfharm_portal.uploads import storing
from selfharm_portal.uploads.models import Original

A_DAY = 24 * 60 * 60


class Command(BaseCommand):
    help = "Compare uploaded files with what the database knows of them: after a restore, or when a disk was full."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--remove", action="store_true", help="remove files that nothing refers to, after a day")

    def handle(self, *args: Any, remove: bool, **options: Any) -> None:
        originals = list(Original.objects.select_related("infographic"))
        strays = sorted(set(storing.tokens(older_than=A_DAY)) - {original.token for original in originals})
        for token in strays if remove else []:
            storing.forget(token)
        count = "1 file" if len(strays) == 1 else f"{len(strays)} files"
        done = "removed" if remove else "left there; --remove removes them"
        self.stdout.write(f"{count} without a row{f', {done}' if strays else ''}.")
        missing = [original for original in originals if not storing.is_there(original.token)]
        for original in missing:
            self.stdout.write(self.style.ERROR(f"{original}: its file is missing. Bring it again, or the backup."))
        if missing:
            raise CommandError(f"{len(missing)} of {len(originals)} originals have no file.")
        self.stdout.write(self.style.SUCCESS(f"{len(originals)} originals, each with its file."))
