"""An area's team: who is in it and who is invited. Leads look after it, analysts read it, NCISH invites in admin."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from selfharm_portal.accounts import invitations, permissions
from selfharm_portal.accounts.http import SignedInRequest
from selfharm_portal.accounts.invitation_forms import IN_TEAM, InviteForm, words_of
from selfharm_portal.accounts.invitations import Standing
from selfharm_portal.accounts.models import AreaMembership, AreaRole, Invitation
from sites.models import Area

from .access import find_area, for_teams_and_analysts
from .reporting_calendar import day_in_words, time_in_words
from .upload_pages import breadcrumb

TOO_MANY = "You have sent many invitations within the last hour. Wait an hour, then send this one"
ROLES = {AreaRole.LEAD: "Lead", AreaRole.CONTRIBUTOR: "Contributor"}


@for_teams_and_analysts
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: SignedInRequest, area: str) -> HttpResponse:
    found = find_area(request, area)
    if not permissions.may_see_team(request.user, found):
        raise PermissionDenied
    if request.method != "POST":
        return show(request, found, InviteForm())
    if not permissions.may_invite(request.user, found, AreaRole.CONTRIBUTOR):
        raise PermissionDenied
    for button, move in (("again", send_again), ("withdraw", withdraw)):
        if button in request.POST:
            return move(request, found, request.POST[button])
    return invite(request, found)


def invite(request: SignedInRequest, area: Area) -> HttpResponse:
    form = InviteForm(request.POST)
    if form.is_valid():
        if not ratelimit.consume(request, action="invite", user=request.user):
            form.add_error(None, TOO_MANY)
            return show(request, area, form)
        try:
            made = invitations.invite(area, role=AreaRole.CONTRIBUTOR, by=request.user, **form.cleaned_data)
        except invitations.AlreadyMember:
            form.add_error("email", IN_TEAM)
        except invitations.AlreadyInvited as problem:
            form.add_error("email", words_of(problem.invitation))
        else:
            messages.success(request, f"An invitation is on its way to {made.email}.")
            return redirect("submissions:team", area.slug)
    return show(request, area, form)


def send_again(request: SignedInRequest, area: Area, key: str) -> HttpResponse:
    found = find_invitation(area, key)
    try:
        if found is None:
            raise invitations.NotOpen
        if not ratelimit.consume(request, action="invite", user=request.user):
            messages.warning(request, f"{TOO_MANY}.")
            return redirect("submissions:team", area.slug)
        sent = invitations.send_again(found, by=request.user)
    except invitations.NotOpen:
        messages.warning(request, "This invitation was used or withdrawn meanwhile, so nothing was sent.")
    except invitations.NotAllowed:
        raise PermissionDenied from None
    else:
        messages.success(request, f"A new link is on its way to {sent.email}. The one before no longer works.")
    return redirect("submissions:team", area.slug)


def withdraw(request: SignedInRequest, area: Area, key: str) -> HttpResponse:
    found = find_invitation(area, key)
    try:
        if found is None:
            raise invitations.NotOpen
        invitations.withdraw(found, by=request.user)
    except invitations.NotOpen:
        messages.warning(
            request, "This invitation was used meanwhile, so it cannot be withdrawn. The person is in the list above."
        )
    except invitations.NotAllowed:
        raise PermissionDenied from None
    else:
        messages.success(request, f"The invitation of {found.email} is withdrawn: its link no longer works.")
    return redirect("submissions:team", area.slug)


def find_invitation(area: Area, key: str) -> Invitation | None:
    return area.invitations.filter(pk=key).first() if key.isdecimal() and len(key) < 10 else None


@for_teams_and_analysts
@require_http_methods(["GET", "HEAD", "POST"])
def take_out(request: SignedInRequest, area: str, key: int) -> HttpResponse:
    """One question first: the person is out at once."""
    found = find_area(request, area)
    if not permissions.may_take_out(request.user, found):
        raise PermissionDenied
    membership = found.memberships.filter(pk=key).select_related("user", "area").first()
    if membership is None:
        messages.info(request, "This person is no longer in the team.")
        return redirect("submissions:team", found.slug)
    is_oneself = membership.user == request.user
    team_crumb = {"label": "Team", "url": reverse("submissions:team", args=[found.slug])}
    if request.method == "POST":
        try:
            invitations.take_out(membership, by=request.user)
        except invitations.LastLead:
            messages.warning(
                request,
                f"{membership.user} is the only lead of {found.short_name} who can sign in, so nobody could send its "
                "months. Ask NCISH to invite another lead first.",
            )
        except invitations.NotAllowed:
            raise PermissionDenied from None
        else:
            messages.success(
                request, f"{membership.user} is out of the team. What they did for {found.short_name} keeps their name."
            )
            if is_oneself:
                return redirect("home")
        return redirect("submissions:team", found.slug)
    return render(
        request,
        "measures/take_out.html",
        {
            "area": found,
            "person": membership.user,
            "is_oneself": is_oneself,
            "breadcrumb": [*breadcrumb(found), team_crumb],
        },
    )


def show(request: SignedInRequest, area: Area, form: InviteForm) -> HttpResponse:
    members = area.memberships.select_related("user").order_by("-role", "user__name")
    theirs = {role for role in AreaRole if permissions.may_invite(request.user, area, role)}
    asked = area.invitations.open().select_related("invited_by")
    return render(
        request,
        "measures/team.html",
        {
            "area": area,
            "breadcrumb": breadcrumb(area),
            "form": form,
            "may_invite": AreaRole.CONTRIBUTOR in theirs,
            "may_take_out": permissions.may_take_out(request.user, area),
            "members": [member_in_words(member) for member in members],
            "asked": [asked_in_words(invitation, theirs) for invitation in asked],
        },
    )


def member_in_words(member: AreaMembership) -> dict[str, Any]:
    seen = member.user.last_login
    return {
        "key": member.pk,
        "name": str(member.user),
        "email": member.user.email,
        "role": ROLES[AreaRole(member.role)],
        "signed_in": when_in_words(seen) if seen else "Not yet",
        "is_closed": not member.user.is_active,
    }


def asked_in_words(invitation: Invitation, theirs: Collection[str]) -> dict[str, Any]:
    last = invitations.runs_out(invitation)
    has_run_out = invitations.standing(invitation, timezone.now()) == Standing.EXPIRED
    return {
        "key": invitation.pk,
        "name": invitation.name,
        "email": invitation.email,
        "role": ROLES[AreaRole(invitation.role)],
        "sent": f"{when_in_words(invitation.sent_at)} by {invitation.invited_by}",
        "until": f"Has run out, on {when_in_words(last)}" if has_run_out else when_in_words(last),
        "is_theirs": invitation.role in theirs,
    }


def when_in_words(when: datetime) -> str:
    """1 June 2026, 2:31pm"""
    local = timezone.localtime(when)
    return f"{day_in_words(local)}, {time_in_words(local)}"
