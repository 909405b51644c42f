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
from django.utils.html import format_html

from selfharm_portal.plain_messages import PlainMessages

from . import permissions
from .model_admin import PortalModelAdmin, PortalStackedInline
from .models import AreaMembership, StaffRole, User

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
    list_display = ["user", "area", "role"]
    list_filter = ["role", "area"]
    list_select_related = ["user", "area"]
    search_fields = ["user__name", "user__email", "area__place"]
    autocomplete_fields = ["user"]
