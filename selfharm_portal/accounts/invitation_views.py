"""The way in for somebody who is invited: the link of the letter, then a page that says what to do next.

The link's key never stays in an address bar, a referrer or a form: the browser's session holds its hash, and the
page has an address of its own.
"""

from __future__ import annotations

from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from . import invitations, permissions
from .invitation_forms import JoinForm
from .invitations import Standing
from .models import Invitation, User

KEY = "invitation"

#: Heading and what to do next, of an invitation that cannot be used.
ENDED = {
    Standing.ACCEPTED: (
        "This invitation was used",
        "It works once. If it was you, sign in with the password you chose.",
    ),
    Standing.EXPIRED: ("This invitation has run out", "It worked for 7 days. Ask {who} to send it again."),
    Standing.WITHDRAWN: ("This invitation was withdrawn", "Ask {who} if you should still have it."),
}


@never_cache
@require_safe
def follow(request: HttpRequest, key: str) -> HttpResponse:
    """The link itself. To open it uses nothing up: mail programs open links too."""
    request.session[KEY] = invitations.hash_of(key)
    response = redirect("account_invitation")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@sensitive_post_parameters("password1", "password2")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    found = invitations.find(request.session.get(KEY, ""))
    if found is None:
        return show_unknown(request)
    state = invitations.standing(found, timezone.now())
    if state == Standing.OPEN and not permissions.may_invite(found.invited_by, found.area, found.role):
        state = Standing.WITHDRAWN  # by nobody, but the person who asked is no longer there to ask
    if state != Standing.OPEN:
        return show_ended(request, found, state)
    if isinstance(request.user, User):
        return join_with_account(request, found, request.user)
    account = invitations.account_of(found)
    if account and not account.is_active:
        return show(request, "closed", found, status=403)
    if account and account.has_usable_password():
        sign_in = reverse("account_login") + "?" + urlencode({"next": reverse("account_invitation")})
        return show(request, "has_account", found, sign_in=sign_in)
    return join_with_password(request, found)


def join_with_account(request: HttpRequest, found: Invitation, user: User) -> HttpResponse:
    """Signed in: one button, if it is the person who is invited."""
    if user.email.lower() != found.email.lower():
        return show(request, "somebody_else", found, status=403)
    if request.method == "POST":
        try:
            invitations.accept(found, by=user)
        except (invitations.NotOpen, invitations.NotAllowed):
            return redirect("account_invitation")  # which says what has become of it
        return go_in(request, found)
    is_in = user.memberships.filter(area=found.area, role__in={found.role, "lead"}).exists()
    return show(request, "has_joined" if is_in else "join", found)


def join_with_password(request: HttpRequest, found: Invitation) -> HttpResponse:
    """Not signed in, and nobody has signed in with this address so far."""
    posted = request.POST if request.method == "POST" else None
    form = JoinForm(posted, email=found.email, initial={"name": found.name})
    if form.is_valid():
        try:
            membership = invitations.join(
                found, name=form.cleaned_data["name"], password=form.cleaned_data["password1"]
            )
        except (invitations.NotOpen, invitations.NotAllowed):
            return redirect("account_invitation")
        perform_login(request, membership.user)
        return go_in(request, found)
    return show(request, "new", found, form=form)


def go_in(request: HttpRequest, found: Invitation) -> HttpResponse:
    request.session.pop(KEY, None)
    return redirect("submissions:area", found.area.slug)


def show(request: HttpRequest, page: str, found: Invitation, status: int = 200, **more: object) -> HttpResponse:
    context = {
        "invitation": found,
        "to_do": invitations.WHAT_FOR[found.role],  # type: ignore[index]  # its values are the roles
        "runs_out": invitations.runs_out(found),
        **more,
    }
    return render(request, f"account/invitation_{page}.html", context, status=status)


def show_ended(request: HttpRequest, found: Invitation, state: Standing) -> HttpResponse:
    heading, text = ENDED[state]
    context = {"heading": heading, "text": text.format(who=found.invited_by), "is_used": state == Standing.ACCEPTED}
    return render(request, "account/invitation_ended.html", context, status=410)


def show_unknown(request: HttpRequest) -> HttpResponse:
    context = {
        "heading": "This link does not work",
        "text": "Open the newest e-mail that you got: an older link stops when an invitation is sent again. If you "
        "signed out since, open the link once more. If that does not help, ask whoever invited you to send it again.",
        "is_used": False,
    }
    return render(request, "account/invitation_ended.html", context, status=404)
