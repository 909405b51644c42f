from argparse import ArgumentParser
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from measures.demonstration import loading
from measures.reporting_calendar import LONDON
from selfharm_portal.pages import demonstration
from selfharm_portal.pages.models import DatabaseKind
from sites.models import Area

FIXTURES = Path(settings.BASE_DIR) / "fixtures"


class Command(BaseCommand):
    help = (
        "Fill a demonstration with accounts and made-up months, once, and write the passwords to a file. "
        "Safe to run twice: what is there stays as it is; only if the file is lost, the accounts get new passwords. "
        "Refused where the database is, or may be, a real one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--accounts", type=Path, help="where the passwords go; without it, var/demo-accounts.txt", metavar="FILE"
        )
        parser.add_argument(
            "--day",
            type=date.fromisoformat,
            help="make it as if it were noon of that day, as 2026-11-24, so that all months and numbers are the same",
        )

    def handle(self, *args: Any, accounts: Path | None, day: date | None, **options: Any) -> None:
        accounts = accounts or Path(settings.VAR_DIR) / "demo-accounts.txt"
        with transaction.atomic():
            self.check_that_it_is_a_demonstration()
            if loading.is_loaded():
                passwords = {} if accounts.exists() else loading.give_new_passwords()
            else:
                now = datetime.combine(day, time(12), tzinfo=LONDON) if day else timezone.now()
                stories = loading.read_stories(FIXTURES)
                passwords = loading.load(stories, now=now, say=self.stdout.write)
        if not passwords:
            self.stdout.write(self.style.SUCCESS("Demonstration: nothing new."))
            return
        # After the transaction: should this fail, the next run finds no file and gives new passwords.
        loading.write_accounts(accounts, passwords)
        self.stdout.write(self.style.SUCCESS(f"Demonstration: {len(passwords)} accounts, passwords in {accounts}"))

    def check_that_it_is_a_demonstration(self) -> None:
        has_content = Area.objects.exists()
        try:
            kind = demonstration.decide(demonstration=True, has_content=has_content)
        except demonstration.MayBeReal as refused:
            raise CommandError(str(refused)) from refused
        if kind == DatabaseKind.REAL:
            raise CommandError("This database is a real one and stays so. A demonstration needs an empty database.")
        if not has_content:
            raise CommandError("There are no areas yet. Load the content first: manage.py load_content")
