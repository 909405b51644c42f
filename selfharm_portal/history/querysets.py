from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from selfharm_portal.accounts import permissions

from .kept import Part, kept_models

if TYPE_CHECKING:
    from .models import Entry  # noqa: F401 - in a type that is text

MAY_READ = {
    Part.CONTENT: permissions.may_curate,
    Part.SUBMISSIONS: permissions.sees_every_area,
    Part.ACCOUNTS: permissions.may_administer_accounts,
}


def parts_open_to(user: permissions.Person) -> list[Part]:
    return [part for part, may_read in MAY_READ.items() if may_read(user)]


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: permissions.Person) -> Self:
        return self.filter(part__in=parts_open_to(user))

    def of(self, row: models.Model) -> Self:
        """What happened to a row, and to those that belong to it: that would be deleted with it."""
        wanted = Q(model=row._meta.label, key=str(row.pk))
        for kept in kept_models():
            for field in kept.model._meta.concrete_fields:
                owner = field.remote_field
                if field.related_model is type(row) and owner and owner.on_delete is models.CASCADE:
                    names_it = {field.column: row.pk}
                    wanted |= Q(model=kept.model._meta.label) & (
                        Q(before__contains=names_it) | Q(after__contains=names_it)
                    )
        return self.filter(wanted)
