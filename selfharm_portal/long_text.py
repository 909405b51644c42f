"""Several lines with a limit, in characters or in words, counted here as the page counts them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError


class LongTextField(forms.CharField):
    """A textarea. `max_length` limits characters, a line break being one; `max_words` limits words."""

    widget = forms.Textarea
    default_error_messages = {
        "max_length": "Make it shorter: it can have %(limit_value)d characters, and it has %(show_value)d",
        "max_words": "Make it shorter: it can have %(limit_value)d words, and it has %(show_value)d",
    }

    def __init__(self, *, max_words: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_words = max_words

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text

    def validate(self, value: Any) -> None:
        super().validate(value)
        words = len(str(value or "").split())
        if self.max_words is not None and words > self.max_words:
            params = {"limit_value": self.max_words, "show_value": words}
            raise ValidationError(self.error_messages["max_words"], code="max_words", params=params)
