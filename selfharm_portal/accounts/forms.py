"""allauth's forms in our words: plain labels, no words inside the fields, errors that say what to do."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth
from django.core.exceptions import ValidationError

from selfharm_portal.plain_messages import PlainMessages

#: By allauth's or Django's code. No message says whether it was the address or the password that is wrong.
WORDS = {
    "email_password_mismatch": "That e-mail address and password do not go together. Check both, and try again",
    "invalid_login": "That e-mail address and password do not go together. Check both, and try again",
    "too_many_login_attempts": "That was too many tries. Wait five minutes, then try again, or choose a new password",
    "enter_current_password": "That is not the password you have now. Check it, and type it again",
    "incorrect_password": "That is not your password. Check it, and type it again",
    "password_mismatch": "The two are not alike. Type the new password again",
    "password_too_short": "Make the password longer: it needs at least %(min_length)d characters",
    "password_too_common": "Choose another password: this one is on lists that are used for guessing",
    "password_too_similar": "Choose another password: this one is too much like your name or your e-mail address",
    "password_entirely_numeric": "Choose a password that is not all figures",
}
#: allauth's own check of the two new passwords has no code.
CODES = {"You must type the same password each time.": "password_mismatch"}

ADDRESS = {
    "required": "Enter your e-mail address",
    "invalid": "Write the e-mail address like name@example.org",
}
NEW_PASSWORD_HINT = "At least 12 characters, and not a word or name that people would guess."  # noqa: S105  # a hint


class InOurWords(PlainMessages):
    #: name: (label, hint, what to say if it is empty)
    words: dict[str, tuple[str, str, str]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, hint, empty) in self.words.items():
            field = self.fields[name]
            field.label, field.help_text = label, hint
            field.error_messages["required"] = empty
            field.widget.attrs.pop("placeholder", None)  # it vanishes while one types
            if name in ("login", "email"):
                field.error_messages |= ADDRESS
                field.widget.attrs |= {"autocomplete": "username", "spellcheck": "false"}

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, reworded(error))


def reworded(error: Any) -> ValidationError:
    """The same problems, each in our words where we have some."""
    problems = error if isinstance(error, ValidationError) else ValidationError(error)
    if hasattr(problems, "error_dict"):
        return problems
    return ValidationError(
        [
            ValidationError(WORDS.get(code, problem.message), code=code, params=problem.params)
            for problem in problems.error_list
            for code in [problem.code or CODES.get(str(problem.message), "")]
        ]
    )


class LoginForm(InOurWords, allauth.LoginForm):  # type: ignore[misc]  # allauth brings no types
    words = {
        "login": ("E-mail address", "", "Enter your e-mail address"),
        "password": ("Password", "", "Enter your password"),
    }


class ResetPasswordForm(InOurWords, allauth.ResetPasswordForm):  # type: ignore[misc]
    words = {"email": ("E-mail address", "The one that NCISH knows you by.", "Enter your e-mail address")}


class ResetPasswordKeyForm(InOurWords, allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    words = {
        "password1": ("New password", NEW_PASSWORD_HINT, "Enter a new password"),
        "password2": ("New password again", "", "Enter the new password a second time"),
    }


class ChangePasswordForm(InOurWords, allauth.ChangePasswordForm):  # type: ignore[misc]
    words = {
        "oldpassword": ("The password you have now", "", "Enter the password you have now"),
        "password1": ("New password", NEW_PASSWORD_HINT, "Enter a new password"),
        "password2": ("New password again", "", "Enter the new password a second time"),
    }


class ReauthenticateForm(InOurWords, allauth.ReauthenticateForm):  # type: ignore[misc]
    words = {"password": ("Password", "", "Enter your password")}
