from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from resources import links
from resources.models import Link, Standing

WIDTH = 30  # of the progress bar
PUT_OFF = "put off"
#: After a number, in the last line.
SAID = {
    Standing.FINE: "opened",
    Standing.MOVED: "moved for good",
    Standing.SOFT: "did not open as they should",
    Standing.BROKEN: "broken",
    PUT_OFF: "put off, because their servers ask for it",
}


class Command(BaseCommand):
    help = (
        "Try the web addresses that stand on the portal: those that are due, a new one at once, a working one once a "
        "week, a failing one each day. Safe to run twice, and at once: the second run leaves it to the first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("addresses", nargs="*", help="only these, whether due or not")
        parser.add_argument("--all", action="store_true", help="also those that are not due yet")

    def handle(self, *args: Any, addresses: list[str], all: bool, **options: Any) -> None:
        try:
            with links.alone():
                links.gather()
                if addresses:
                    chosen = Link.objects.filter(url__in=addresses)
                    if missing := sorted(set(addresses) - set(chosen.values_list("url", flat=True))):
                        raise CommandError(f"Nowhere on the portal: {', '.join(missing)}")
                else:
                    chosen = Link.objects.all() if all else Link.objects.due(timezone.now())
                self.open_all(list(chosen))
        except links.AlreadyUnderWay:
            self.stdout.write("Another run is checking links already. It does the same, so this one ends.")

    def open_all(self, chosen: list[Link]) -> None:
        counts: Counter[str] = Counter()
        for done, (link, put_off) in enumerate(links.check(chosen), start=1):
            counts[PUT_OFF if put_off else link.standing] += 1
            if self.stdout.isatty():
                self.stdout.write("\r\033[K", ending="")
            if not put_off and link.standing in (Standing.BROKEN, Standing.SOFT, Standing.MOVED):
                self.say(link)
            if self.stdout.isatty():
                self.show_progress(done, len(chosen))
        said = [f"{counts[what]} {words}" for what, words in SAID.items() if counts[what]]
        self.stdout.write(self.style.SUCCESS(f"Links: {', '.join(said) or 'none was due'}."))
        self.stdout.write(str(links.broken_share()))

    def say(self, link: Link) -> None:
        style = self.style.ERROR if link.standing == Standing.BROKEN else self.style.WARNING
        self.stdout.write(style(f"{link.get_standing_display()}: {link.url}"))
        self.stdout.write(f"    {link.words}" + (f" {link.moved_to}" if link.moved_to else ""))

    def show_progress(self, done: int, count: int) -> None:
        bar = "#" * (WIDTH * done // count)
        self.stdout.write(f"[{bar:<{WIDTH}}] {done} of {count}", ending="\n" if done == count else "")
        self.stdout.flush()
