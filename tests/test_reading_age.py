import pytest

from tests.reading_age import reading_age, syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [
        *(("self", 1), ("people", 2), ("suicide", 3), ("suicidal", 4), ("idea", 3), ("diary", 3), ("experience", 4)),
        *(("used", 1), ("wanted", 2), ("services", 3), ("pages", 2), ("table", 2), ("safety", 2), ("something", 2)),
        *(("guideline", 2), ("organisation", 5), ("serious", 3), ("social", 2), ("material", 4), ("anyone", 3)),
        *(("language", 2), ("training", 2), ("being", 2), ("QS34", 1), ("111", 3), ("–", 1)),
    ],
)  # fmt: skip
def test_syllables_are_counted_as_they_are_said(word, count):
    assert syllables(word) == count


def test_long_words_and_long_sentences_are_for_older_readers():
    easy = "You can call at any time. You do not have to give your name."
    hard = "Psychosocial assessment necessitates multidisciplinary collaboration, notwithstanding circumstances."
    assert reading_age(easy) < 7
    assert reading_age(hard) > 18
    assert reading_age("") == 0
    assert reading_age("You can call. It is free.") < reading_age("You can call and it is free and it is open.")
