"""Words of the search: synonyms, words of distress, what is never suggested, what found nothing."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from resources.querysets import FailedSearchQuerySet, WordQuerySet


class SynonymGroup(models.Model):
    """Words that find each other."""

    slug = models.SlugField("key", max_length=60, unique=True)
    terms = ArrayField(models.CharField(max_length=100), help_text="One a line.")
    in_use = models.BooleanField(
        default=True, help_text="Take the tick away instead of deleting: loading content would bring it back."
    )

    objects = WordQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = "group of synonyms"
        verbose_name_plural = "groups of synonyms"
        constraints = [
            models.CheckConstraint(
                condition=Q(terms__len__gte=2),
                name="synonym_group_has_at_least_two_terms",
                violation_error_code="terms",
                violation_error_message="A group has at least two terms.",
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(self.terms)


class DistressTerm(models.Model):
    """Words that show the help box first when a search has them. For matching only: never shown, never stored
    with a search."""

    term = models.CharField(max_length=100)
    whole_query = models.BooleanField(
        "only as the whole search", default=False, help_text="For words that are part of ordinary searches too."
    )
    in_use = models.BooleanField(
        default=True, help_text="Take the tick away instead of deleting: loading content would bring it back."
    )

    objects = WordQuerySet.as_manager()

    class Meta:
        ordering = ["term"]
        verbose_name = "word of distress"
        verbose_name_plural = "words of distress"
        constraints = [
            models.UniqueConstraint(
                Lower("term"),
                name="distress_term_is_listed_once",
                violation_error_message="This word is listed already, perhaps with other capitals.",
            ),
            models.CheckConstraint(
                condition=~Q(term=""),
                name="distress_term_is_not_empty",
                violation_error_message="Write a word.",
            ),
        ]

    def __str__(self) -> str:
        return self.term


class NeverSuggestedTerm(models.Model):
    """Finds things, but is never offered to a reader: it names a way of self-harm, or a word that this site avoids."""

    term = models.CharField(max_length=100)
    in_use = models.BooleanField(
        default=True, help_text="Take the tick away instead of deleting: loading content would bring it back."
    )

    objects = WordQuerySet.as_manager()

    class Meta:
        ordering = ["term"]
        verbose_name = "word never suggested"
        verbose_name_plural = "words never suggested"
        constraints = [
            models.UniqueConstraint(
                Lower("term"),
                name="never_suggested_term_is_listed_once",
                violation_error_message="This word is listed already, perhaps with other capitals.",
            ),
            models.CheckConstraint(
                condition=~Q(term=""),
                name="never_suggested_term_is_not_empty",
                violation_error_message="Write a word.",
            ),
        ]

    def __str__(self) -> str:
        return self.term


class FailedSearch(models.Model):
    """Words that found nothing on a day. Nothing else is known of the search, nor how often it was made that day;
    failed_searches.py decides what may be kept at all, and for how long."""

    words = models.CharField(max_length=160)
    day = models.DateField()

    objects = FailedSearchQuerySet.as_manager()

    class Meta:
        ordering = ["words", "-day"]
        verbose_name = "search that found nothing"
        verbose_name_plural = "searches that found nothing"
        indexes = [models.Index(fields=["day"], name="failed_searches_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["words", "day"], name="failed_search_is_kept_once_a_day"),
            models.CheckConstraint(
                condition=Q(words__regex=r"^[a-z0-9]+( [a-z0-9]+)*$") & ~Q(words__regex=r"[0-9]{5}"),
                name="failed_search_is_folded_words_without_long_numbers",
                violation_error_message="Only folded words are kept, and no number of five digits or more.",
            ),
        ]

    def __str__(self) -> str:
        return self.words
