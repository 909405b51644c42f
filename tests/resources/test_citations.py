"""Each format is read back by the library that others read it with: nothing is lost."""

import csv
import io
import json
import re
import string
import subprocess
import sys
from datetime import date

import pytest
import rispy
from bibtexparser import middlewares
from bibtexparser.entrypoint import parse_string
from hypothesis import given
from hypothesis import strategies as st

from resources import citations
from resources.citations import Citable, Name, name_of, one_line
from resources.models import ResourceType
from selfharm_portal import cells

GUIDELINE = Citable(
    key="nice-ng225",
    kind="guideline",
    kind_name="Guideline",
    title="Self-harm: assessment, management and preventing recurrence",
    publishers=("National Institute for Health and Care Excellence (NICE)",),
    year=2022,
    date=date(2022, 9, 7),
    isbn="978-1-4731-4702-7",
    code="NG225",
    url="https://www.nice.org.uk/guidance/ng225",
    summary="What good care looks like.",
    topics=("Aftercare", "Schools, colleges"),
    notes=("Seen in a demonstration.",),
)
ARTICLE = Citable(
    key="a-review",
    kind="systematic_review",
    kind_name="Review of studies",
    title="Étude of “care” & 100% {of} it",
    authors=("van Heeringen K", "Chan MKY", "O'Connor RC", "Chew-Graham CA", "Smith J-P", "The SHARP Group"),
    publishers=("The Lancet; its press", "Cumbria, Northumberland and Tyne"),
    journal="The Lancet Psychiatry",
    year=2021,
    doi="10.1016/S2215-0366(20)30430-X",
    pmid="33765456",
    url="https://example.org/a_b~c;d?e=%20f",
)


def ris_of(item):
    [read] = rispy.loads(citations.ris([item]), delimiter_tags_mapping={})
    return read


#: Reads TeX's marks; its circumflex is another character than the one on the keyboard.
TEX = middlewares.LatexDecodingMiddleware(keep_math_mode=False)._decoder


def bibtex_of(item):
    """As a reference manager has it: without TeX's marks, except where BibTeX has none."""
    library = parse_string(citations.bibtex([item]))
    assert library.failed_blocks == []
    [entry] = library.entries
    read = {
        field.key: field.value if field.key in ("doi", "url") else TEX.latex_to_text(field.value).replace("ˆ", "^")
        for field in entry.fields
    }
    return {"ENTRYTYPE": entry.entry_type, "ID": entry.key} | read


def csl_of(item):
    return json.loads(json.dumps(citations.csl(item)))


def row_of(item):
    [row] = csv.DictReader(io.StringIO(citations.comma_separated([item])))
    return {column: cells.text_of(cell) for column, cell in row.items()}


def authors_as_ours(names):
    """ "Chan, M. K. Y." is "Chan MKY" again."""
    return [re.sub(r"[. ]", "", given).join([f"{family} ", ""]) if given else family for family, given in names]


def split(name):
    family, _, given = name.partition(", ")
    return family, given


def assert_nothing_is_lost(item):
    """Every field of `item` is in each of the four files."""
    item_authors = [one_line(author) for author in item.authors]
    publishers = [one_line(each) for each in item.publishers]
    cited = item_authors or publishers
    one = {
        name: one_line(getattr(item, name)) for name in ("title", "journal", "doi", "isbn", "code", "url", "summary")
    }

    ris = ris_of(item)
    assert ris["id"] == item.key
    assert ris["type_of_work"] == item.kind_name
    assert authors_as_ours(map(split, ris.get("authors", []))) == (
        item_authors or [p for p in publishers if "," not in p]
    )
    names = {"journal": "secondary_title", "isbn": "issn", "code": "note", "summary": "abstract"}
    assert {name: ris.get(names.get(name, name), "") for name in one if name != "url"} | {
        "url": "".join(ris.get("urls", []))
    } == one
    assert ris.get("publisher", "") == "; ".join(publishers)
    assert (ris.get("year", ""), ris.get("accession_number", "")) == (str(item.year or ""), item.pmid)
    assert ris.get("date", "") == (f"{item.date:%Y/%m/%d}" if item.date else "")
    assert (ris.get("keywords", []), ris.get("notes", [])) == (list(item.topics), [one_line(n) for n in item.notes])

    bib = bibtex_of(item)
    assert bib["ID"] == item.key
    assert bib["type"] == item.kind_name
    names = {"code": "number", "summary": "abstract"}
    assert {name: bib.get(names.get(name, name), "") for name in one} == one
    assert authors_as_ours(map(split, bib.get("author", "").split(" and ") if item.authors else [])) == item_authors
    assert bib.get("author", "") != "" or not cited
    assert bib.get("publisher", bib.get("institution", "")) == " and ".join(publishers)
    assert (bib.get("year", ""), bib.get("pmid", "")) == (str(item.year or ""), item.pmid)
    assert bib.get("date", "") == (item.date.isoformat() if item.date else "")
    assert (bib.get("keywords", ""), bib.get("note", "")) == (", ".join(item.topics), one_line(" ".join(item.notes)))

    csl = csl_of(item)
    assert (csl["id"], csl["genre"]) == (item.key, item.kind_name)
    names = {"journal": "container-title", "code": "number", "summary": "abstract"}
    capitals = {"doi": "DOI", "isbn": "ISBN", "url": "URL"}
    assert {name: csl.get((names | capitals).get(name, name), "") for name in one} == one
    read = [
        (a.get("literal") or f"{a.get('non-dropping-particle', '')} {a['family']}".strip(), a.get("given", ""))
        for a in csl.get("author", [])
    ]
    assert authors_as_ours(read) == cited
    assert csl.get("publisher", "") == "; ".join(publishers)
    assert csl.get("PMID", "") == item.pmid
    [parts] = csl.get("issued", {"date-parts": [[]]})["date-parts"]
    assert parts == (
        [item.date.year, item.date.month, item.date.day] if item.date else [item.year] if item.year else []
    )
    assert (csl.get("keyword", ""), csl.get("note", "")) == (", ".join(item.topics), one_line(" ".join(item.notes)))

    row = row_of(item)
    assert {name: row[name] for name in one} == one
    assert (row["key"], row["kind"], row["kind_name"]) == (item.key, item.kind, item.kind_name)
    assert (row["authors"], row["publishers"]) == ("; ".join(item_authors), "; ".join(publishers))
    assert (row["year"], row["pmid"]) == (str(item.year or ""), item.pmid)
    assert row["date"] == (item.date.isoformat() if item.date else "")
    assert (row["topics"], row["notes"]) == ("; ".join(item.topics), "; ".join(one_line(n) for n in item.notes))


@pytest.mark.requirement("A8")
@pytest.mark.parametrize("item", [GUIDELINE, ARTICLE], ids=["guideline", "article"])
def test_what_is_exported_is_read_back_whole(item):
    assert_nothing_is_lost(item)


#: What breaks files: TeX's marks, the ends of values, quotes, accents, line breaks, formulas.
NASTY = st.text(st.sampled_from("{}\\\"'`$&#%_~^,;=+-@?!<> \n\r\t\u2028éÅß“–…漢" + string.ascii_letters), min_size=1)


@given(title=NASTY, summary=NASTY, journal=NASTY, code=NASTY)
def test_no_title_breaks_a_file(title, summary, journal, code):
    item = Citable(
        key="key",
        kind="journal_article",
        kind_name="Journal article",
        title=title,
        authors=("Quinlivan L",),
        journal=journal,
        code=code,
        summary=summary,
    )
    if all(map(one_line, (title, journal))):
        assert_nothing_is_lost(item)
    both = [item, GUIDELINE]
    assert [read["id"] for read in rispy.loads(citations.ris(both))] == ["key", "nice-ng225"]
    assert [entry.key for entry in parse_string(citations.bibtex(both)).entries] == ["key", "nice-ng225"]


@given(NASTY)
def test_braces_of_bibtex_are_paired_however_they_are_counted(text):
    written = citations.bibtex([Citable(key="k", kind="report", kind_name="Report", title=text, url=text, doi=text)])
    depth = 0
    for character in written:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0


@pytest.mark.parametrize("sign", list("=+-@＝＋－＠"))
def test_no_cell_is_a_formula(sign):
    formula = f'{sign}HYPERLINK("https://example.org";"x")'
    item = Citable(
        key="k", kind="report", kind_name="Report", title=formula, authors=(f"'{formula}",), summary=f"\t{formula}"
    )
    [_, row] = csv.reader(io.StringIO(citations.comma_separated([item])))
    assert not [cell for cell in row if cell.startswith(tuple("=+-@＝＋－＠\t\r"))]
    assert row_of(item)["title"] == formula
    assert row_of(item)["authors"] == f"'{formula}"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Quinlivan L", Name("Quinlivan", "L.")),
        ("Chan MKY", Name("Chan", "M. K. Y.")),
        ("van Heeringen K", Name("Heeringen", "K.", "van")),
        ("de la Torre A", Name("Torre", "A.", "de la")),
        ("Taylor Salisbury TL", Name("Taylor Salisbury", "T. L.")),
        ("Smith J-P", Name("Smith", "J.-P.")),
        ("Österberg É", Name("Österberg", "É.")),
        ("NHS England", Name("NHS England")),
        ("NHS UK", Name("NHS UK")),
        ("Madonna", Name("Madonna")),
        ("", Name("")),
    ],
)
def test_a_person_has_a_family_and_given_names_and_an_organisation_has_one(written, name):
    assert name_of(written) == name


def test_every_kind_of_the_library_has_its_types_and_no_other():
    assert sorted(citations.TYPES) == sorted(ResourceType.values)
    assert {types.ris for types in citations.TYPES.values()} <= set(rispy.TYPE_OF_REFERENCE_MAPPING)


def test_a_review_that_no_journal_printed_is_a_report():
    item = Citable(key="k", kind="systematic_review", kind_name="Review of studies", title="T")
    assert bibtex_of(item)["ENTRYTYPE"] == "techreport"
    assert bibtex_of(ARTICLE)["ENTRYTYPE"] == "article"


def test_nothing_makes_empty_files():
    assert rispy.loads(citations.ris([])) == []
    assert parse_string(citations.bibtex([])).entries == []
    assert citations.comma_separated([]).count("\n") == 1


@pytest.mark.parametrize(
    ("item", "line"),
    [
        (
            GUIDELINE,
            "National Institute for Health and Care Excellence (NICE). Self-harm: assessment, management and "
            "preventing recurrence (NG225). 2022. Available from: https://www.nice.org.uk/guidance/ng225",
        ),
        (
            ARTICLE,
            "van Heeringen K, Chan MKY, O'Connor RC, Chew-Graham CA, Smith J-P, The SHARP Group. "
            "Étude of “care” & 100% {of} it. The Lancet Psychiatry. 2021. doi: 10.1016/S2215-0366(20)30430-X",
        ),
        (
            Citable(key="k", kind="report", kind_name="Report", title="Why?", authors=tuple(f"A{n}" for n in range(9))),
            "A0, A1, A2, A3, A4, A5, et al. Why?",
        ),
    ],
)
def test_the_line_to_read_is_in_the_manner_of_vancouver(item, line):
    assert citations.reference(item) == line


def test_it_needs_no_django():
    code = "import sys, resources.citations; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
