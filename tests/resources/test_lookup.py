"""What others say of a work becomes values for our fields, by their documented formats."""

import json
import subprocess
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources import lookup
from resources.lookup import Asked, Found, Kind, NotThere, Unreadable

ANSWERS = Path(__file__).parent / "answers"


def answer(name):
    return (ANSWERS / name).read_text()


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("10.1192/bjp.2021.50", Asked(Kind.DOI, "10.1192/bjp.2021.50")),
        (" doi: 10.1192/BJP.2021.50 ", Asked(Kind.DOI, "10.1192/bjp.2021.50")),
        ("https://doi.org/10.1016/S2215-0366(18)30058-0", Asked(Kind.DOI, "10.1016/s2215-0366(18)30058-0")),
        ("https://www.example.org/doi/full/10.1000/182", Asked(Kind.DOI, "10.1000/182")),
        ("29449180", Asked(Kind.PMID, "29449180")),
        ("PMID: 29449180", Asked(Kind.PMID, "29449180")),
        ("https://pubmed.ncbi.nlm.nih.gov/29449180/", Asked(Kind.PMID, "29449180")),
        ("https://www.nice.org.uk/guidance/ng225", Asked(Kind.ADDRESS, "https://www.nice.org.uk/guidance/ng225")),
        ("nice.org.uk/guidance/ng225", Asked(Kind.ADDRESS, "https://nice.org.uk/guidance/ng225")),
        *((nothing, None) for nothing in ("", "self-harm", "NG225", "123456789012", "file:///etc/passwd")),
        *((nothing, None) for nothing in ("a@example.org", "ftp://example.org/a", "self harm.nhs", "javascript:a.b")),
    ],
)
def test_what_was_typed_is_a_doi_a_pubmed_number_an_address_or_nothing(typed, asked):
    assert lookup.read(typed) == asked


def test_crossrefs_answer():
    assert lookup.of_crossref(answer("crossref.json")) == Found(
        title="Aftercare at home & in the community: a randomised trial",
        authors=("Example KE", "van Sample JP", "The Aftercare Study Group"),
        journal="Journal of Examples",
        publisher="Example University Press",
        year=2024,
        date=date(2024, 2, 29),
        doi="10.5555/example.2024.17",
        url="https://doi.org/10.5555/example.2024.17",
    )


def test_crossrefs_answer_about_a_book_that_was_retracted():
    found = lookup.of_crossref(answer("crossref_retracted.json"))
    assert (found.year, found.date, found.isbn) == (2019, None, "9780000000002")
    assert found.warning == "Crossref says that this was retracted."


def test_europe_pmcs_answer():
    assert lookup.of_europe_pmc(answer("europe_pmc.json")) == Found(
        title="Letters after a visit to hospital: a systematic review",
        authors=("Example KE", "van Sample JP", "Aftercare Study Group"),
        journal="Journal of Examples",
        year=2023,
        date=date(2023, 5, 17),
        doi="10.5555/example.2023.8",
        pmid="39999999",
        url="https://doi.org/10.5555/example.2023.8",
    )


def test_europe_pmc_without_a_result():
    with pytest.raises(NotThere):
        lookup.of_europe_pmc(answer("europe_pmc_nothing.json"))


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (
            "journal.html",
            Found(
                title="Care by night: a qualitative study",
                authors=("Example KE", "van Sample J", "The Night Care Group of Nurses and Doctors"),
                journal="Journal of Examples",
                publisher="Example University Press",
                year=2022,
                date=date(2022, 11, 5),
                doi="10.5555/example.2022.4",
                pmid="38888888",
                url="https://example.org/here",
            ),
        ),
        (
            "charity.html",
            Found(
                title="Coping with self-harm: a guide for parents",
                publisher="Example Charity",
                year=2021,
                url="https://example.org/here",
            ),
        ),
        ("plain.html", Found(title="A page with a title & nothing else", url="https://example.org/here")),
    ],
)
def test_the_head_of_a_page(page, found):
    assert lookup.of_page(answer(page), "https://example.org/here") == found


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"message": []}', "<html>", '{"message": {"title": "x"}}'])
def test_an_odd_answer_is_said_to_be_odd(text):
    for reader in (lookup.of_crossref, lookup.of_europe_pmc):
        with pytest.raises(Unreadable):
            reader(text)
    with pytest.raises(Unreadable):
        lookup.of_page(text if text != "<html>" else "<html><title> </title>", "https://example.org/")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(json_values, st.sampled_from(["title", "subtitle", "author", "issued", "DOI", "container-title", "updated-by"]))
def test_no_odd_value_is_a_fault(value, field):
    work = json.loads(answer("crossref.json"))["message"] | {field: value}
    try:
        found = lookup.of_crossref(json.dumps({"message": work}))
    except Unreadable:
        return
    assert found.title
    assert "Not to be taken over" not in str(found)


@given(st.text(max_size=200))
def test_no_odd_page_is_a_fault(text):
    for page in (
        text,
        f"<title>{text}",
        f'<meta name="citation_title" content="{text}"><meta name="dc.date" content="{text}">',
    ):
        with suppress(Unreadable):
            assert lookup.of_page(page, "https://example.org/").title


def test_it_imports_no_django():
    code = "import sys; import resources.lookup; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
