"""Joining and leaving an area's team: the only writer of invitations, and of who has been taken out by a lead.

A letter carries a key that works once and for a week. The database holds its hash alone.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from selfharm_portal import mail

from . import permissions
from .models import AreaMembership, AreaRole, Invitation, User

if TYPE_CHECKING:
    from sites.models import Area

LASTS = timedelta(days=7)
#: Who presses a button twice within this time has pressed it once.
DOUBLE_CLICK = timedelta(minutes=1)

#: What a person of this role does, after "to".
WHAT_FOR = {
    AreaRole.LEAD: "lead its team: enter its months, send them to NCISH, and invite colleagues",
    AreaRole.CONTRIBUTOR: "help to enter its months",
}


class Standing(models.TextChoices):
    """What is to be said of an invitation now."""

    OPEN = "open", "Open"
    EXPIRED = "expired", "Has run out"
    ACCEPTED = "accepted", "Accepted"
    WITHDRAWN = "withdrawn", "Withdrawn"


class NotAllowed(Exception):
    """The person may not do this in this area."""


class AlreadyMember(Exception):
    """The address belongs to somebody who is in the team already."""


class AlreadyInvited(Exception):
    """The address has an open invitation to this area."""

    def __init__(self, invitation: Invitation) -> None:
        super().__init__()
        self.invitation = invitation


class NotOpen(Exception):
    """The invitation was used, withdrawn, sent anew or has run out since the page was made."""


class LastLead(Exception):
    """Nobody would be left to send the area's months."""


def standing(invitation: Invitation, at: datetime) -> Standing:
    if invitation.accepted_at:
        return Standing.ACCEPTED
    if invitation.withdrawn_at:
        return Standing.WITHDRAWN
    return Standing.EXPIRED if at >= invitation.sent_at + LASTS else Standing.OPEN


def hash_of(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def find(key_hash: str) -> Invitation | None:
    """The invitation that was sent with this key, whatever has become of it; none after it was sent anew."""
    return Invitation.objects.select_related("area", "invited_by").filter(key_hash=key_hash).first()


def account_of(invitation: Invitation) -> User | None:
    return User.objects.filter(email__iexact=invitation.email).first()


@transaction.atomic
def invite(area: Area, *, role: str, name: str, email: str, by: User, at: datetime | None = None) -> Invitation:
    """Ask somebody by e-mail to join an area's team: once, however often the button is pressed.

    Raises NotAllowed, AlreadyMember or AlreadyInvited.
    """
    at = at or timezone.now()
    email = email.strip().lower()
    lock_team(area)
    if not permissions.may_invite(by, area, role):
        raise NotAllowed
    # A contributor can be invited to lead.
    if AreaMembership.objects.filter(area=area, user__email__iexact=email, role__in={role, AreaRole.LEAD}).exists():
        raise AlreadyMember
    there = Invitation.objects.open().filter(area=area, email__iexact=email).first()
    if there and (there.invited_by, there.role) == (by, role) and at < there.sent_at + DOUBLE_CLICK:
        return there
    if there:
        raise AlreadyInvited(there)
    key = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        area=area, role=role, name=name, email=email, key_hash=hash_of(key), invited_by=by, sent_at=at
    )
    transaction.on_commit(partial(write, made, key))
    return made


@transaction.atomic
def send_again(invitation: Invitation, *, by: User, at: datetime | None = None) -> Invitation:
    """A new letter with a new key, which lasts as long as the first did; the old key no longer works.

    Raises NotAllowed, or NotOpen if it was used or withdrawn meanwhile.
    """
    at = at or timezone.now()
    found = lock(invitation)
    if not permissions.may_invite(by, found.area, found.role):
        raise NotAllowed
    if standing(found, at) not in (Standing.OPEN, Standing.EXPIRED):
        raise NotOpen
    if at < found.sent_at + DOUBLE_CLICK:
        return found
    key = secrets.token_urlsafe(32)
    found.key_hash, found.sent_at, found.invited_by = hash_of(key), at, by
    found.save(update_fields=["key_hash", "sent_at", "invited_by"])
    transaction.on_commit(partial(write, found, key))
    return found


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User, at: datetime | None = None) -> None:
    """The link stops working. Again changes nothing. Raises NotAllowed, or NotOpen if it was used meanwhile."""
    found = lock(invitation)
    if not permissions.may_invite(by, found.area, found.role):
        raise NotAllowed
    if found.accepted_at:
        raise NotOpen
    if not found.withdrawn_at:
        found.withdrawn_at, found.withdrawn_by = at or timezone.now(), by
        found.save(update_fields=["withdrawn_at", "withdrawn_by"])


@transaction.atomic
def accept(invitation: Invitation, *, by: User, at: datetime | None = None) -> AreaMembership:
    """The person joins the team; who is in it already keeps at least the role they have.

    Raises NotOpen if the invitation cannot be used (any more), NotAllowed if it is somebody else's.
    """
    at = at or timezone.now()
    found = lock(invitation)
    if by.email.lower() != found.email.lower() or not by.is_active:
        raise NotAllowed
    if found.accepted_by != by:
        # The inviter may have left since: then what they asked for no longer stands.
        stands = standing(found, at) == Standing.OPEN and permissions.may_invite(
            found.invited_by, found.area, found.role
        )
        if not stands or found.key_hash != invitation.key_hash:
            raise NotOpen
        found.accepted_at, found.accepted_by = at, by
        found.save(update_fields=["accepted_at", "accepted_by"])
        membership, is_new = AreaMembership.objects.get_or_create(
            area=found.area, user=by, defaults={"role": found.role}
        )
        if not is_new and found.role == AreaRole.LEAD:
            membership.role = AreaRole.LEAD
            membership.save(update_fields=["role"])
        return membership
    still_in = AreaMembership.objects.filter(area=found.area, user=by).first()
    if not still_in:  # a key works once: it does not bring back who was taken out
        raise NotOpen
    return still_in


@transaction.atomic
def join(invitation: Invitation, *, name: str, password: str, at: datetime | None = None) -> AreaMembership:
    """Make the account of a person who has none, or give theirs its first password, and accept for them.

    Raises NotOpen, or NotAllowed if meanwhile somebody can sign in with this address.
    """
    found = lock(invitation)
    user = account_of(found)
    if user is None:
        user = User.objects.create_user(found.email, password, name=name)
    elif user.is_active and not user.has_usable_password():
        user.name = name
        user.set_password(password)
        user.save(update_fields=["name", "password"])
    else:
        raise NotAllowed
    return accept(invitation, by=user, at=at)


@transaction.atomic
def take_out(membership: AreaMembership, *, by: User) -> None:
    """End somebody's part in a team, at their next request; what they did keeps their name.

    Raises NotAllowed, or LastLead: only NCISH leaves an area without a lead who can sign in.
    """
    lock_team(membership.area)
    if not permissions.may_take_out(by, membership.area):
        raise NotAllowed
    others = AreaMembership.objects.filter(area=membership.area, role=AreaRole.LEAD, user__is_active=True)
    is_last = membership.role == AreaRole.LEAD and not others.exclude(pk=membership.pk).exists()
    if is_last and not permissions.may_administer_accounts(by):
        raise LastLead
    membership.delete()


def lock_team(area: Area) -> None:
    """One change of a team at a time; whoever only writes rows of the area's months need not wait."""
    type(area)._default_manager.select_for_update(no_key=True).get(pk=area.pk)


def lock(invitation: Invitation) -> Invitation:
    """The invitation as it is now, and nobody else changes it or its team."""
    lock_team(invitation.area)
    return Invitation.objects.select_related("area", "invited_by", "accepted_by").get(pk=invitation.pk)


def runs_out(invitation: Invitation) -> datetime:
    return invitation.sent_at + LASTS


def write(invitation: Invitation, key: str) -> None:
    """The letter. Its heading names nobody, because a heading that could not be sent is logged."""
    area = invitation.area
    last = timezone.localtime(runs_out(invitation))
    mail.send(
        to=[invitation.email],
        heading=f"Join the team of {area.short_name}",
        paragraphs=[
            f"Dear {invitation.name},",
            f"{invitation.invited_by} invites you to the self-harm community care portal. "
            f"For {area.short_name}, you are asked to {WHAT_FOR[AreaRole(invitation.role)]}.",
            "Choose a password, and you are in. If you have an account already, sign in with it.",
            f"The link works once, until {last:%H:%M} on {last:%A} {last.day} {last:%B %Y}. "
            f"After that, ask {invitation.invited_by} for another.",
            "If you do not expect this, do nothing.",
        ],
        action="Join the team",
        path=reverse("account_follow_invitation", args=[key]),
        why=f"You get this because {invitation.invited_by} gave this address. Do not pass the link on.",
        sign="Self-harm community care portal",
    )
