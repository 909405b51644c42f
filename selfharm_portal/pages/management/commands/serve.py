import fcntl
import io
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from selfharm_portal import embedded_database, serving, static_files
from selfharm_portal.pages import demonstration


class Command(BaseCommand):
    help = (
        "Bring the database and the static files up to date, load what is missing, and serve until Ctrl-C. "
        "This is `make run`. Safe to run twice: what is there stays as it is."
    )
    requires_system_checks = []  # the server's first step loads the same modules; twice would be twice as slow

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only-prepare", action="store_true", help="everything but serving, for `make dev`")

    def handle(self, *args: Any, only_prepare: bool, **options: Any) -> None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(line_buffering=True)  # who reads through a pipe sees each step when it begins
        serving.let_signals_interrupt()
        try:
            if only_prepare:
                with alone(self):
                    self.prepare()
            else:
                self.serve()
        except KeyboardInterrupt:
            sys.exit(130)
        except serving.ServerError as problem:
            raise CommandError(str(problem)) from problem
        except BrokenPipeError:  # who read what we say has gone
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)

    def serve(self) -> None:
        serving.check_port(settings.HOST, settings.PORT)
        log = settings.VAR_DIR / "portal.log"
        host_name = next((name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"), "localhost")
        with alone(self) as let_others_in:
            serving.check_port(settings.HOST, settings.PORT)  # again: it may have been another run that we waited for
            self.prepare()
            self.stdout.write("Starting the server")
            try:
                with serving.running(
                    settings.HOST, settings.PORT, host_name=host_name, folder=settings.BASE_DIR, log=log
                ) as server:
                    let_others_in()
                    self.say_where_to_go()
                    connection.close()  # nothing is asked of it any more
                    server.wait()
            except KeyboardInterrupt:
                with suppress(OSError):  # the terminal may be closed
                    os.write(sys.stdout.fileno(), b"\nStopped.\n")
                return
        raise CommandError(f"The server has ended by itself. Its reports are above and in {log}")

    def prepare(self) -> None:
        try:
            if settings.EMBEDDED_DATABASE:
                embedded_database.start(settings.EMBEDDED_DATABASE)
            connection.ensure_connection()
        except embedded_database.StartError as problem:
            raise CommandError(f"The database did not start. {problem}") from problem
        except OperationalError as error:
            raise CommandError(f"The database does not answer. {error}") from error
        self.stdout.write("Bringing the tables up to date")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        static_files.collect(self.stdout.write)
        call_command("load_content", stdout=self.stdout)
        if demonstration.is_demonstration():
            call_command("load_demonstration", stdout=self.stdout)
        call_command("open_periods", months=1, stdout=self.stdout)  # the present month, for a draft

    def say_where_to_go(self) -> None:
        here = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
        home = f"{settings.PORTAL_URL}/" if settings.BEHIND_HTTPS else f"http://{here}:{settings.PORT}/"
        self.stdout.write(self.style.SUCCESS(f"\nThe portal is ready: {home}\n"))
        accounts = settings.VAR_DIR / "demo-accounts.txt"
        if demonstration.is_demonstration() and accounts.exists():
            self.stdout.write(f"{demonstration.BANNER} Sign in at {home}accounts/login/ as")
            for role, email, password in one_account_of_each_role(accounts):
                self.stdout.write(f"  {role:14} {email:34} {password}")
            self.stdout.write(f"Everybody else is in {accounts}")
        elif get_user_model().objects.exists():
            self.stdout.write(f"Sign in at {home}accounts/login/")
        else:
            self.stdout.write(
                "Nobody can sign in yet. The first account, an administrator's, is made in a second window:"
            )
            self.stdout.write("  .venv/bin/python manage.py createsuperuser")
        self.stdout.write("\nCtrl-C stops it.")


@contextmanager
def alone(command: BaseCommand) -> Iterator[Any]:
    """One run prepares at a time; gives what lets the next one in before the block ends."""
    settings.VAR_DIR.mkdir(exist_ok=True)
    with (settings.VAR_DIR / "preparing.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            command.stdout.write("Another run is preparing this portal: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.close


def one_account_of_each_role(accounts: Path) -> list[tuple[str, str, str]]:
    """Role, e-mail and password, in the order of the file: e-mail, password, role, area, between tabs."""
    first: dict[str, tuple[str, str, str]] = {}
    for line in accounts.read_text().splitlines():
        email, password, role, *_ = line.split("\t")
        first.setdefault(role, (role, email, password))
    return list(first.values())
