"""Who can sign in: people of the areas' teams (AreaMembership) and NCISH's staff (roles on the User)."""

from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone


class StaffRole(models.TextChoices):
    """What a person does at NCISH. One person may have several."""

    CURATOR = "curator", "Curator: library, areas, dictionary, pages"
    ANALYST = "analyst", "Analyst: checks the areas' months"
    ADMINISTRATOR = "administrator", "Administrator: accounts"


class AreaRole(models.TextChoices):
    """What a person does for one area."""

    CONTRIBUTOR = "contributor", "Contributor: fills in drafts"
    LEAD = "lead", "Lead: fills in drafts and submits months"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account; without a password it can only be opened by a reset link."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """The first account of a real database: an administrator, who then makes the others."""
        return self.create_user(email, password, **fields, roles=[StaffRole.ADMINISTRATOR])

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in by e-mail. What they may do is asked of permissions.py, never of groups."""

    email = models.EmailField(
        "e-mail", unique=True, error_messages={"unique": "There is already an account with this e-mail."}
    )
    name = models.CharField(max_length=150)
    roles = ArrayField(
        models.CharField(max_length=20, choices=StaffRole),
        default=list,
        blank=True,
        verbose_name="roles at NCISH",
        help_text="Leave empty for people of an area's team.",
    )
    is_active = models.BooleanField(
        "can sign in",
        default=True,
        help_text="Take the tick away instead of deleting: the person's work keeps their name.",
    )
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_whatever_its_case",
                violation_error_message="There is already an account with this e-mail.",
            ),
            models.CheckConstraint(condition=Q(roles__contained_by=StaffRole.values), name="user_roles_are_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        """How Django admin greets the person."""
        return str(self)

    @property
    def is_staff(self) -> bool:
        """Django admin's first question: has the person any role at NCISH?"""
        return bool(self.roles)

    @property
    def belongs_nowhere(self) -> bool:
        """Neither in an area's team nor at NCISH: nobody has invited the person yet, or they have left."""
        return not self.roles and not self.memberships.exists()

    # Django asks these of every user; groups hold no permissions here, so the answer is in permissions.py alone.
    def has_perm(self, perm: str, obj: object = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class AreaMembership(models.Model):
    """One person's part in one area's team."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    area = models.ForeignKey("sites.Area", on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=AreaRole)

    class Meta:
        ordering = ["area", "user"]
        constraints = [
            models.UniqueConstraint(fields=["user", "area"], name="membership_once_per_user_and_area"),
            models.CheckConstraint(condition=Q(role__in=AreaRole.values), name="membership_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.area}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Neither used nor withdrawn. Those that have run out are among them: they can be sent again."""
        return self.filter(accepted_at=None, withdrawn_at=None)


def both_or_neither(field: str) -> Q:
    at, by = f"{field}_at__isnull", f"{field}_by__isnull"
    return Q(**{at: True, by: True}) | Q(**{at: False, by: False})


class Invitation(models.Model):
    """Somebody is asked by e-mail to join an area's team; invitations.py is its only writer."""

    area = models.ForeignKey("sites.Area", on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=12, choices=AreaRole)
    name = models.CharField(max_length=150)
    email = models.EmailField("e-mail")
    #: SHA-256 of the key in the letter: who reads this table cannot use it.
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    sent_at = models.DateTimeField(editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at"]
        constraints = [
            models.UniqueConstraint(
                F("area"),
                Lower("email"),
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_open_once_per_area_and_address",
                violation_error_message="This address has an open invitation to this area already.",
            ),
            models.CheckConstraint(condition=Q(role__in=AreaRole.values), name="invitation_role_is_known"),
            models.CheckConstraint(
                condition=Q(key_hash__regex=r"^[0-9a-f]{64}$"), name="invitation_key_is_kept_as_its_hash"
            ),
            models.CheckConstraint(condition=both_or_neither("accepted"), name="invitation_accepted_when_and_by_whom"),
            models.CheckConstraint(
                condition=both_or_neither("withdrawn"), name="invitation_withdrawn_when_and_by_whom"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None), name="invitation_accepted_or_withdrawn"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.get_role_display()}, {self.area}"
