"""Who may do what: plain predicates, asked by views, admin, exports and templates' views alike.

Wrong role is a 403 page; another area's rows are not found at all (404), which the
querysets' `visible_to` sees to by asking here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from .models import AreaRole, StaffRole, User

if TYPE_CHECKING:
    from measures.models import Submission
    from sites.models import Area, Suggestion

Person = User | AnonymousUser


def has_role(user: Person, role: StaffRole) -> bool:
    return isinstance(user, User) and user.is_active and role in user.roles


def may_curate(user: Person) -> bool:
    """Library, areas, dictionary and pages."""
    return has_role(user, StaffRole.CURATOR)


def may_administer_accounts(user: Person) -> bool:
    return has_role(user, StaffRole.ADMINISTRATOR)


def sees_every_area(user: Person) -> bool:
    """Analysts read and check the months of all areas."""
    return has_role(user, StaffRole.ANALYST)


def may_see_who_reports(user: Person) -> bool:
    """Curators decide which area reports what, and analysts read it."""
    return may_curate(user) or sees_every_area(user)


def areas_visible_to(user: Person) -> QuerySet[Area]:
    """Areas whose submissions the person may read: those of their own teams; all of them for an analyst."""
    from sites.models import Area

    if sees_every_area(user):
        return Area.objects.all()
    if not isinstance(user, User) or not user.is_active:
        return Area.objects.none()
    return Area.objects.filter(memberships__user=user)


def may_open_submissions(user: Person) -> bool:
    """Area teams and analysts; curators and administrators have no business with an area's numbers."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return sees_every_area(user) or user.memberships.exists()


def may_save_draft(user: Person, area: Area) -> bool:
    return isinstance(user, User) and user.is_active and user.memberships.filter(area=area).exists()


def may_submit(user: Person, area: Area) -> bool:
    """Only an area's lead hands a month to NCISH."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.memberships.filter(area=area, role=AreaRole.LEAD).exists()


def may_tell_story(user: Person, area: Area) -> bool:
    """Say what explains flagged months: whoever is in the area's team."""
    return may_save_draft(user, area)


def may_set_aims(user: Person, area: Area) -> bool:
    """Only an area's lead says what the area itself wants to reach."""
    return may_submit(user, area)


def may_decide_limits(user: Person, area: Area) -> bool:
    """Recalculate or fix the limits of a chart, and undo it: the area's leads, and analysts."""
    return sees_every_area(user) or may_submit(user, area)


def may_check(user: Person, submission: Submission) -> bool:
    """Accept or return a month: an analyst, and never the person who submitted it."""
    if not sees_every_area(user):
        return False
    revision = submission.latest_revision
    return revision is not None and revision.submitted_by_id != user.pk


def areas_led_by(user: Person) -> QuerySet[Area]:
    """Areas for whose pages the person may suggest changes, and see what became of them."""
    from sites.models import Area

    if not isinstance(user, User) or not user.is_active:
        return Area.objects.none()
    return Area.objects.filter(memberships__user=user, memberships__role=AreaRole.LEAD)


def may_suggest(user: Person, area: Area) -> bool:
    """Only an area's lead speaks for its pages."""
    return areas_led_by(user).filter(pk=area.pk).exists()


def may_decide(user: Person, suggestion: Suggestion) -> bool:
    """Take a suggestion over or decline it: a curator, and never the person who made it."""
    return may_curate(user) and suggestion.by_id != user.pk


def may_see_team(user: Person, area: Area) -> bool:
    """Who is in an area's team: its leads, who look after it, and analysts, who need somebody to turn to."""
    return sees_every_area(user) or may_submit(user, area)


def may_take_out(user: Person, area: Area) -> bool:
    """End somebody's part in an area's team: its leads, and administrators."""
    return may_administer_accounts(user) or may_submit(user, area)


def may_invite(user: Person, area: Area, role: str) -> bool:
    """Administrators invite anybody; an area's lead invites its contributors, and no other lead."""
    return may_administer_accounts(user) or (role == AreaRole.CONTRIBUTOR and may_submit(user, area))


def may_say_what_to_expect(user: Person, area: Area) -> bool:
    """Record what a change should do to a measure: the area's leads, who answer for it."""
    return may_submit(user, area)
