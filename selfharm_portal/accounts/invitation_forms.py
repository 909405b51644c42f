"""To invite somebody, and to join."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth import password_validation
from django.http import QueryDict

from selfharm_portal.plain_messages import PlainMessages

from .forms import ADDRESS, NEW_PASSWORD_HINT, InOurWords
from .models import AreaMembership, Invitation, User

if TYPE_CHECKING:
    from sites.models import Area

    InvitationModelForm = forms.ModelForm[Invitation]
else:  # Django's classes take no type arguments when they run
    InvitationModelForm = forms.ModelForm

IN_TEAM = "This person is in the team already."


class InviteForm(PlainMessages, forms.Form):
    """Of a lead, who invites contributors of their own area."""

    name = forms.CharField(
        label="Their name",
        max_length=150,
        error_messages={"required": "Enter the name of the person you invite"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label="Their e-mail address at work",
        help_text="The letter with the link goes there, so it has to be theirs alone.",
        max_length=254,
        error_messages=ADDRESS | {"required": "Enter their e-mail address"},
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


def words_of(invitation: Invitation) -> str:
    """Why there is no second one."""
    sent = invitation.sent_at
    return (
        f"{invitation.email} has an invitation from {invitation.invited_by}, sent on {sent.day} {sent:%B}. "
        "Send that one again or withdraw it, in the list of invitations."
    )


class InvitationForm(PlainMessages, InvitationModelForm):
    """Of an administrator, who invites anybody to any area."""

    class Meta:
        model = Invitation
        fields = ["area", "role", "name", "email"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        return email

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        area, role, email = (cleaned.get(name) for name in ("area", "role", "email"))
        if area and role and email and (problem := why_not(area, role, email)):
            self.add_error("email", problem)
        return cleaned

    def validate_constraints(self) -> None:
        """`why_not` has said it in better words, and invitations.invite looks again under a lock."""


def why_not(area: Area, role: str, email: str) -> str:
    """What stands in the way of an invitation, before it is tried."""
    if AreaMembership.objects.filter(area=area, user__email__iexact=email, role__in={role, "lead"}).exists():
        return IN_TEAM
    there = Invitation.objects.open().select_related("invited_by").filter(area=area, email__iexact=email).first()
    return words_of(there) if there else ""


class JoinForm(InOurWords, forms.Form):
    """The name others see, and a password; the address is the one that the letter went to."""

    words = {
        "email": ("E-mail address", "You sign in with it.", ""),
        "name": ("Your name", "Your team and NCISH see it beside what you do.", "Enter your name"),
        "password1": ("New password", NEW_PASSWORD_HINT, "Enter a new password"),
        "password2": ("New password again", "", "Enter the new password a second time"),
    }

    email = forms.CharField(required=False, widget=forms.EmailInput(attrs={"readonly": True}))
    name = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password1 = forms.CharField(strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    password2 = forms.CharField(strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invited = email
        self.initial["email"] = email
        if self.is_bound:  # whatever was sent
            self.data = {**self.data.dict(), "email": email} if isinstance(self.data, QueryDict) else self.data

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first:
            try:
                password_validation.validate_password(first, User(email=self.invited, name=cleaned.get("name", "")))
            except forms.ValidationError as problem:
                self.add_error("password1", problem)
        if first and second and first != second:
            self.add_error("password2", forms.ValidationError("", code="password_mismatch"))
        return cleaned
