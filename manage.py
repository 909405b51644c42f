#!/usr/bin/env python3
"""Starts the embedded database if none is named, then hands over to Django."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "selfharm_portal.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    from selfharm_portal import embedded_database, environment
    from selfharm_portal.history import attribution

    try:
        # `serve` starts it by itself, once it knows that it can have its port.
        if settings.EMBEDDED_DATABASE and sys.argv[1:2] != ["serve"]:
            embedded_database.start(settings.EMBEDDED_DATABASE)
    except environment.Mistake as problem:
        sys.exit(f"A setting is wrong. {problem}")
    except embedded_database.StartError as problem:
        sys.exit(f"The database did not start. {problem}")
    with attribution.at_work(via=" ".join(["command", *sys.argv[1:2]])):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:  # Ctrl-C while it starts
        sys.exit(130)
