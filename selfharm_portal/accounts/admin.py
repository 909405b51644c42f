"""Accounts: administrators only. Nobody sets another person's password; a link lets people choose their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account.forms import ResetPasswordForm
from django import forms
from django.contrib import admin, messages
from django.contrib.auth import admin as auth_admin  # noqa: F401 - registers Group, which is taken out below
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from selfharm_portal.plain_messages import PlainMessages

from . import invitations, permissions
from .http import SignedInRequest
from .invitation_forms import InvitationForm
from .model_admin import PortalModelAdmin, PortalStackedInline
from .models import AreaMembership, Invitation, StaffRole, User

if TYPE_CHECKING:
    UserModelForm = forms.ModelForm[User]
else:  # Django's classes take no type arguments when they run
    UserModelForm = forms.ModelForm

admin.site.unregister(Group)  # groups hold no permissions here


class UserForm(PlainMessages, UserModelForm):
    #: Who has the form open; UserAdmin.get_form sets it.
    editor: ClassVar[Any] = None

    roles = forms.MultipleChoiceField(
        choices=StaffRole,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        label="Roles at NCISH",
        help_text="None for people of an area’s team: their areas are listed below.",
    )

    class Meta:
        model = User
        fields = ["name", "email", "roles", "is_active"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        return email

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance == self.editor and not self.errors:
            stays = self.cleaned_data["is_active"] and StaffRole.ADMINISTRATOR in self.cleaned_data["roles"]
            if not stays:
                raise forms.ValidationError(
                    "You cannot close your own account or give up being an administrator. Ask another administrator."
                )
        return cleaned


class AccountsOnly:
    def may_edit(self, user: permissions.Person) -> bool:
        return permissions.may_administer_accounts(user)


class MembershipInline(AccountsOnly, PortalStackedInline):
    model = AreaMembership
    fields = [("area", "role")]
    verbose_name = "area"
    verbose_name_plural = "areas whose team the person belongs to"


@admin.register(User)
class UserAdmin(AccountsOnly, PortalModelAdmin):
    form = UserForm
    list_display = ["name", "email", "roles_in_words", "areas_in_words", "is_active", "last_login"]
    list_filter = ["is_active", "memberships__role", "memberships__area"]
    search_fields = ["name", "email", "memberships__area__place"]
    readonly_fields = ["how_to_sign_in", "date_joined", "last_login"]
    fieldsets = [
        (None, {"fields": ["name", "email", "is_active"]}),
        ("What they do at NCISH", {"fields": ["roles"]}),
        ("Signing in", {"fields": ["how_to_sign_in", "date_joined", "last_login"]}),
    ]
    inlines = [MembershipInline]
    actions = ["send_link"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        people: QuerySet[User] = super().get_queryset(request)
        return people.prefetch_related("memberships__area")

    def get_form(self, request: HttpRequest, obj: Any | None = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.editor = request.user
        return form

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # what a person has submitted or reviewed keeps their name

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            self.message_user(
                request, f"{obj.name} can sign in after you have sent a link to choose a password.", messages.INFO
            )

    @admin.display(description="Roles at NCISH")
    def roles_in_words(self, user: User) -> str:
        return ", ".join(StaffRole(role).label.partition(":")[0] for role in user.roles) or "None"

    @admin.display(description="Areas")
    def areas_in_words(self, user: User) -> str:
        said = (f"{membership.area} ({membership.role})" for membership in user.memberships.all())
        return "; ".join(said) or "None"

    @admin.display(description="Password")
    def how_to_sign_in(self, user: User) -> str:
        if user.pk is None:
            return "A new account has no password. Save it, then send a link from the list of accounts."
        state = "The person has chosen a password." if user.has_usable_password() else "No password is chosen yet."
        return format_html(
            "<p>{} To send a link for a new one, tick the person in the list of accounts and choose “Send a link to "
            "choose a password”. People can also ask for one themselves.</p><p><a href='{}'>List of accounts</a></p>"
            "<p><a href='{}'>Page where people ask for a link</a></p>",
            state,
            reverse("admin:accounts_user_changelist"),
            reverse("account_reset_password"),
        )

    @admin.action(description="Send a link to choose a password", permissions=["change"])
    def send_link(self, request: HttpRequest, people: QuerySet[User]) -> None:
        sent = []
        for user in people:
            form = ResetPasswordForm(data={"email": user.email})
            if user.is_active and form.is_valid():
                form.save(request)
                sent.append(user.email)
            else:
                self.message_user(request, f"No link for {user.email}, whose account is closed.", messages.WARNING)
        if sent:
            self.message_user(request, f"A link is on its way to {', '.join(sent)}.")


@admin.register(AreaMembership)
class AreaMembershipAdmin(AccountsOnly, PortalModelAdmin):
    """Deleted when somebody leaves a team: they are out at their next request, and their work keeps their name."""

    list_display = ["user", "area", "role", "last_signed_in", "can_sign_in"]
    list_filter = ["role", "user__is_active", "area"]
    list_select_related = ["user", "area"]
    search_fields = ["user__name", "user__email", "area__place"]

    @admin.display(description="last signed in", ordering="user__last_login")
    def last_signed_in(self, membership: AreaMembership) -> Any:
        return membership.user.last_login or "Not yet"

    @admin.display(description="can sign in", boolean=True, ordering="user__is_active")
    def can_sign_in(self, membership: AreaMembership) -> bool:
        return membership.user.is_active


@admin.register(Invitation)
class InvitationAdmin(AccountsOnly, PortalModelAdmin):
    """Invite a lead (or anybody) to an area's team; what stands here is sent again or withdrawn, never rewritten."""

    form = InvitationForm
    list_display = ["name", "email", "area", "role", "invited_by", "sent_at", "standing"]
    list_filter = ["role", "area"]
    list_select_related = ["area", "invited_by"]
    search_fields = ["name", "email", "area__place"]
    date_hierarchy = "sent_at"
    actions = ["send_again", "withdraw"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        said = ["invited_by", "sent_at", "standing", "accepted_by", "accepted_at", "withdrawn_by", "withdrawn_at"]
        return ["area", "role", "name", "email", *(said if obj else [])]

    def save_model(self, request: Any, obj: Invitation, form: Any, change: bool) -> None:
        """Two administrators at once: the second is told of the first's."""
        try:
            made = invitations.invite(obj.area, role=obj.role, name=obj.name, email=obj.email, by=request.user)
        except invitations.AlreadyInvited as problem:
            made = problem.invitation
            self.message_user(request, "Somebody invited this person a moment ago.", messages.WARNING)
        obj.pk, obj.sent_at = made.pk, made.sent_at

    def response_add(self, request: HttpRequest, obj: Model, post_url_continue: str | None = None) -> Any:
        assert isinstance(obj, Invitation)
        last = timezone.localtime(invitations.runs_out(obj))
        self.message_user(
            request,
            f"An invitation is on its way to {obj.email}. Its link works once, until {last:%H:%M} on {last.day} "
            f"{last:%B %Y}.",
        )
        return self.response_post_save_add(request, obj)

    @admin.display(description="now")
    def standing(self, invitation: Invitation) -> str:
        state = invitations.standing(invitation, timezone.now())
        last = timezone.localtime(invitations.runs_out(invitation))
        return f"Open until {last.day} {last:%B}" if state == invitations.Standing.OPEN else str(state.label)

    @admin.action(description="Send again, with a new link", permissions=["add"])
    def send_again(self, request: SignedInRequest, chosen: QuerySet[Invitation]) -> None:
        for invitation in chosen:
            try:
                invitations.send_again(invitation, by=request.user)
            except invitations.NotOpen:
                self.message_user(
                    request, f"Nothing is sent to {invitation.email}: it was used or withdrawn.", messages.WARNING
                )
            else:
                self.message_user(request, f"A new link is on its way to {invitation.email}.")

    @admin.action(description="Withdraw", permissions=["add"])
    def withdraw(self, request: SignedInRequest, chosen: QuerySet[Invitation]) -> None:
        for invitation in chosen:
            try:
                invitations.withdraw(invitation, by=request.user)
            except invitations.NotOpen:
                self.message_user(
                    request,
                    f"It is too late to withdraw it: {invitation.email} has used it. To end their part, delete it "
                    "under “Area memberships”.",
                    messages.WARNING,
                )
            else:
                self.message_user(request, f"The invitation of {invitation.email} is withdrawn.")
