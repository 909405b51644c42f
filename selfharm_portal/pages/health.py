"""What whoever watches the portal asks: does the process live, and can it serve?"""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives. Asks nothing of the database, so that a slow one does not get the process killed."""
    return HttpResponse("The portal is alive.\n", content_type="text/plain; charset=utf-8")


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and has every table. 503 with the reason otherwise."""
    problem = why_not_ready()
    return HttpResponse(
        f"{problem or 'The portal is ready.'}\n",
        status=503 if problem else 200,
        content_type="text/plain; charset=utf-8",
    )


def why_not_ready() -> str:
    """One sentence; empty if all is well. The server's own words stay in the log: they may name addresses."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "The database does not answer."
    if waiting:
        return f"Migrations are waiting: {len(waiting)}."
    return ""
