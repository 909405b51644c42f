"""Files of references into the library: looked at first, written whole or not at all, and never twice."""

import csv
import io
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from resources import exporting, import_page, importing
from resources.importing import ChangedMeanwhile, Does
from resources.models import ImportedFile, Publisher, Resource, Status, Topic
from resources.reference_files import MOST_ROWS, NotReadable, read
from selfharm_portal.publishing.models import PublicationState
from tests.factories import (
    ImportedFileFactory,
    PublisherFactory,
    ResourceFactory,
    ResourcePublisherFactory,
    SectionFactory,
    UserFactory,
)
from tests.resources.at_the_desk import said

IMPORT = reverse("admin:resources_resource_import")

ZOTERO = """TY  - JOUR
TI  - Letters after a visit to hospital
AU  - Example, Keith
AU  - van Sample, J.-P.
AU  - The Aftercare Study Group
T2  - Journal of Examples
DA  - 2023/05/17/
PY  - 2023
DO  - 10.5555/Example.2023.8
AN  - 39999999
DB  - PubMed
M3  - Research Paper
AB  - Words of its authors.
KW  - Aftercare
KW  - Letters
UR  - https://www.example.org/letters;v=1
ID  - 17
ER  -
"""


def comma_separated(*rows):
    file = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(file, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def row(**values):
    return {"title": "A title", "section": "Brochures", "kind": "Report", "reader": "Professionals"} | values


class TestReading:
    """Bytes to rows, without a database."""

    def test_a_reference_of_another_reference_manager(self):
        [found] = read(ZOTERO.encode(), "Zotero.ris").rows
        assert (found.place, found.is_ours, found.problems) == ("Reference 1, from line 1", False, [])
        assert found.values == {
            "title": "Letters after a visit to hospital",
            "authors": "Example K; van Sample J-P; The Aftercare Study Group",
            "journal": "Journal of Examples",
            "year": "2023",
            "date": "2023-05-17",
            "doi": "10.5555/Example.2023.8",
            "pmid": "39999999",
            "url": "https://www.example.org/letters;v=1",
            "topics": "Aftercare; Letters",
        }  # and no key, no kind and no abstract of theirs

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("TY  - JOUR\nTI  - A\nTY  - JOUR\nTI  - B\nER  - \n", "It does not end"),
            ("TY  - JOUR\nTI  - A\nand more\nER  - \nTY  - JOUR\nTI  - B\nER  - \n", "“and more”"),
        ],
    )
    def test_a_broken_reference_does_not_take_the_next_along(self, text, problem):
        one, two = read(text.encode(), "a.ris").rows
        assert problem in one.problems[0]
        assert (two.problems, two.values["title"]) == ([], "B")

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_cells_are_parted_as_spreadsheets_do(self, delimiter):
        text = f'Title{delimiter}Date{delimiter}Colour\r\n"A, b; c"{delimiter}2023-05-17{delimiter}red\r\n\r\n'
        found = read(text.encode(), "a.CSV")
        assert [each.values for each in found.rows] == [{"title": "A, b; c", "date": "2023-05-17"}]
        assert (found.rows[0].place, found.not_read) == ("Line 2", ["colour"])

    @pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+44 161", "-5"])
    def test_a_formula_is_text(self, cell):
        for written in (cell, f"'{cell}"):
            [found] = read(comma_separated({"title": written}), "a.csv").rows
            assert found.values["title"] == cell

    @pytest.mark.parametrize(
        ("encoding", "said"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")]
    )
    def test_the_encoding_is_found_and_said(self, encoding, said):
        found = read("title\nÉtude “of” care\n".encode(encoding), "a.csv")
        assert (found.rows[0].values["title"], found.encoding) == ("Étude “of” care", said)

    @pytest.mark.parametrize(
        ("data", "name", "says"),
        [
            (b"title\nA", "a.xlsx", "ends in .ris or .csv"),
            (b"", "a.csv", "empty"),
            (b" \n", "a.ris", "empty"),
            (b"hello", "a.ris", "no reference"),
            (b"title\n", "a.csv", "no reference"),
            (b"name\nA", "a.csv", "has to be “title”"),
            (b"title,year,Year\nA,1,2", "a.csv", "Two columns are called “year”"),
            (b"title\nA\x00B", "a.csv", "NUL"),
            ("title\nA".encode("utf-16"), "a.csv", "UTF-16"),
            (b"title\n\x81\x8d", "a.csv", "cannot be read"),
            (b'title\n"A" b"\n', "a.csv", "breaks the rules of CSV"),
            (b"title\n" + b"A\n" * 10_000, "a.csv", "It has 10,000 references"),
        ],
    )
    def test_what_cannot_be_used_is_refused_in_words(self, data, name, says):
        with pytest.raises(NotReadable, match=says):
            read(data, name)

    def test_a_row_that_is_too_wide_or_too_long_is_one_problem(self):
        rows = read(b"title\nA,B\n" + b"x" * 30_000 + b"\nC\n", "a.csv").rows
        assert [bool(each.problems) for each in rows] == [True, True, False]


@pytest.fixture
def brochures(db):
    return SectionFactory(title="Brochures")


def does(result):
    return [outcome.does for outcome in result.outcomes]


def brought(*rows, **more):
    return ImportedFileFactory(data=comma_separated(*rows), **more)


def written(file):
    return importing.write(file, seen=importing.preview(file).fingerprint)


class TestWriting:
    pytestmark = pytest.mark.django_db

    def test_a_new_row_is_a_draft_with_its_author(self, brochures):
        file = brought(row(title="Aftercare at home", authors="Hawton K; Witt KG", publishers="A new press"))
        assert importing.preview(file).outcomes[0].says == ["Adds the publisher “A new press”."]
        assert not Resource.objects.exists()
        assert not Publisher.objects.exists()

        written(file)
        added = Resource.objects.get()
        assert (added.slug, added.publication_state, added.author) == ("aftercare-at-home", "draft", file.by)
        assert (added.authors, added.publishers.get().name) == (["Hawton K", "Witt KG"], "A new press")
        assert added.changes.get().sentence == "Added as a draft."
        assert list(Resource.objects.search("aftercare")) == [added]

    def test_a_file_that_is_brought_again_changes_nothing(self, brochures):
        rows = [row(title="One thing"), row(title="Two other things", doi="10.5555/2", publishers="A press")]
        written(brought(*rows))
        again = brought(*[each | {"key": Resource.objects.get(title=each["title"]).slug} for each in rows])
        assert does(importing.preview(again)) == [Does.NOTHING] * 2
        assert Resource.objects.count() == 2

    @pytest.mark.parametrize(
        ("here", "there"),
        [
            ({"slug": "care"}, {"key": "care"}),
            ({"doi": "10.5555/ABC"}, {"doi": "https://doi.org/10.5555/abc"}),
            ({"pmid": "17"}, {"pmid": "0017"}),
            ({"url": "https://www.example.org/care/"}, {"url": "http://example.org/care?utm_source=x"}),
        ],
    )
    def test_a_row_belongs_to_the_item_of_its_key_doi_pubmed_number_or_address(self, brochures, here, there):
        item = ResourceFactory(title="Something else", **here)
        written(brought(row(title="Quite another title") | there))
        item.refresh_from_db()
        assert item.title == "Quite another title"
        assert Resource.objects.count() == 1

    def test_a_change_of_a_published_item_is_told_and_queues_for_review(self, brochures):
        item = ResourceFactory(slug="care", title="Care", cost="free")
        file = brought({"key": "care", "title": "Better care", "cost": ""})
        assert importing.preview(file).outcomes[0].says == ["Changes title.", "Readers see it at once."]
        written(file)
        item.refresh_from_db()
        assert (item.title, item.cost) == ("Better care", "free")
        assert item.changes.get().sentence == "Changed: title."
        assert list(Resource.objects.edited_since_review()) == [item]

    def test_what_looks_like_an_item_is_left_out(self, brochures):
        item = ResourceFactory(title="Care after a night in hospital")
        result = importing.preview(brought(row(title="Care after a Night in Hospital")))
        assert does(result) == [Does.LOOKS_LIKE]
        assert result.outcomes[0].item == item

    @pytest.mark.parametrize(
        ("values", "says"),
        [
            ({"title": ""}, "It has no title."),
            (
                {"section": ""},
                "It does not say under which section it stands. "
                "Bring the file again and choose that for all new items.",
            ),
            ({"section": "Boats"}, "There is no section “Boats”."),
            ({"topics": "Boats"}, "There is no topic “Boats”."),
            ({"kind": "Song"}, "“kind” is “Song”, which is not “Guideline”"),
            ({"year": "MMXX"}, "“year” is “MMXX”, which is not a whole number."),
            ({"year": "1492"}, "greater than or equal to 1900"),
            ({"date": "17 May"}, "“date” is “17 May”, which is not a day such as 2026-03-27."),
            ({"doi": "11.1"}, "A DOI begins with “10.”."),
            ({"url": "ftp://example.org"}, "The link begins with https:// or http://."),
            ({"easy_read": "perhaps"}, "which is neither Yes nor No"),
            ({"qs34_statements": "9"}, "The statements of QS34 are 1 to 8."),
            ({"status": "Withdrawn", "expected_on": "2027-01-01"}, "Only an item in development has an expected date."),
            ({"replaced_by": "nowhere"}, "It is replaced by “nowhere”, and no item has that key."),
            ({"key": "feed"}, "“feed” is the address of a page of this site."),
            ({"code": "x" * 40}, "at most 30 characters"),
        ],
    )
    def test_what_is_wrong_is_said_in_words(self, brochures, values, says):
        result = importing.preview(brought(row(**values), row(title="And a good one")))
        assert does(result) == [Does.WRONG, Does.ADDS]
        assert says in " ".join(result.outcomes[0].says)

    def test_a_file_says_what_its_new_items_have_in_common(self, brochures):
        common = {"section": brochures, "type": "journal_article", "reader": "professionals"}
        written(ImportedFileFactory(name="a.ris", data=ZOTERO.encode(), **common))
        added = Resource.objects.get()
        assert (added.section, added.type, added.reader) == (brochures, "journal_article", ["professionals"])
        assert (added.summary, added.slug) == ("", "letters-after-a-visit-to-hospital")

    def test_of_two_rows_about_one_item_the_second_is_refused(self, brochures):
        result = importing.preview(brought(row(title="One thing", doi="10.5555/1"), row(title="B", doi="10.5555/1")))
        assert does(result) == [Does.ADDS, Does.WRONG]
        assert result.outcomes[1].says == ["Line 2 of this file is about the same item: “One thing”."]

    def test_a_row_that_may_be_two_items_is_refused(self, brochures):
        ResourceFactory(slug="one", doi="10.5555/1")
        ResourceFactory(slug="two", pmid="2")
        result = importing.preview(brought(row(doi="10.5555/1", pmid="2"), row(key="one", title="B", pmid="2")))
        assert does(result) == [Does.WRONG, Does.WRONG]

    def test_the_library_may_have_changed_since_somebody_looked(self, brochures):
        file = brought(row(title="One thing", doi="10.5555/1"))
        seen = importing.preview(file).fingerprint
        ResourceFactory(doi="10.5555/1")
        with pytest.raises(ChangedMeanwhile):
            importing.write(file, seen=seen)
        assert Resource.objects.count() == 1

    def test_a_double_click_writes_once(self, brochures):
        file = brought(row())
        seen = importing.preview(file).fingerprint
        assert importing.write(file, seen=seen)
        assert importing.write(file, seen=seen) is None
        assert Resource.objects.count() == 1

    def test_each_row_costs_a_few_queries_whatever_the_library_has(self, brochures, django_assert_max_num_queries):
        file = brought(*[row(title=f"Thing {word} {n}") for n, word in enumerate(["anchor", "boat", "crane"] * 10)])
        with django_assert_max_num_queries(30 * 6 + 20):
            importing.preview(file)


class TestRoundTrip:
    @pytest.fixture
    def whole(self, db):
        """The real library, every field of one item, and what that needs; then everything but its frame is gone."""
        call_command("load_content", verbosity=0, stdout=io.StringIO())
        full = ResourceFactory(
            slug="full",
            type="video",
            title='=A "title"; with everything',
            summary="In our own words.",
            content_note="A death is spoken of.",
            access_note="Ask a library.",
            authors=["Chan MKY", "van Heeringen K", "Smith J-P"],
            journal="Journal of Examples",
            year=2022,
            date_published="2022-09-07",
            url="https://www.example.org/a;b?c=d",
            doi="10.5555/Full",
            pmid="123",
            isbn="9780000000002",
            code="XY12",
            audiences=["clinicians", "public"],
            settings=["schools"],
            population=["adults"],
            reader=["professionals", "you"],
            cost="paid",
            format="video",
            minutes=12,
            login_required=True,
            easy_read=False,
            qs34_statements=[1, 3],
            status="withdrawn",
            status_reason="It is over.",
            status_date="2024-01-02",
            topics=list(Topic.objects.all()[:2]),
        )
        ResourcePublisherFactory(resource=full, publisher=PublisherFactory(name="A press"))
        ResourceFactory(slug="soon", title="Not out yet", status="in_development", expected_on="2027-01-02")
        return {item.slug: exporting.citable(item) for item in Resource.objects.published().with_everything()}

    def empty(self):
        for field in Resource._meta.related_objects:
            if not field.many_to_many and field.related_model is not Resource:
                name = field.field.name
                if field.field.null:
                    field.related_model._base_manager.filter(**{f"{name}__isnull": False}).update(**{name: None})
                else:
                    field.related_model._base_manager.all().delete()
        Resource.objects.update(superseded_by=None, status="current", status_date=None, expected_on=None)
        Resource.objects.all().delete()

    @pytest.mark.requirement("A8")
    @pytest.mark.parametrize("ending", ["csv", "ris"])
    def test_export_and_import_lose_no_field(self, client, whole, ending):
        every_status = {"status": Status.values}  # else what was replaced or withdrawn is left out
        exported = client.get(reverse(f"resources:export_{ending}"), every_status).content
        common = {"section": Resource.objects.all()[0].section, "reader": "professionals"} if ending == "ris" else {}
        again = ImportedFileFactory(name=f"a.{ending}", data=exported)
        assert set(does(importing.preview(again))) == {Does.NOTHING}

        self.empty()
        file = ImportedFileFactory(name=f"a.{ending}", data=exported, **common)
        result = written(file)
        assert [each.says for each in result.outcomes if each.does is not Does.ADDS] == []
        Resource.objects.update(publication_state="published", published_at=timezone.now(), review_due="2027-05-05")
        for item in Resource.objects.with_everything():
            read_back = exporting.citable(item)
            if ending == "ris":  # what references have no place for stays in CSV
                read_back = of_a_reference(read_back, whole[item.slug])
            assert read_back == whole[item.slug]
        assert Resource.objects.count() == len(whole)


def of_a_reference(read_back, exported):
    """`read_back` with those fields of `exported` that RIS has no place for."""
    names = [
        "notes", "section", "content_note", "access_note", "audiences", "settings", "population", "reader", "cost",
        "format", "minutes", "login_required", "easy_read", "qs34_statements", "status", "status_reason",
        "status_date", "expected_on", "replaced_by",
    ]  # fmt: skip
    return replace(read_back, **{name: getattr(exported, name) for name in names})


class TestAtTheDesk:
    pytestmark = pytest.mark.django_db

    def bring(self, client, data, name="a.csv", **answers):
        return client.post(IMPORT, {"file": SimpleUploadedFile(name, data), **answers}, follow=True)

    def accept(self, client, response, **answers):
        return client.post(
            response.request["PATH_INFO"], {"seen": response.context["result"].fingerprint, **answers}, follow=True
        )

    def test_a_file_is_looked_at_and_then_written(self, client, curator, brochures):
        response = self.bring(client, comma_separated(row(title="One thing"), row(title="Another, of 2020")))
        assert "2 rows: adds a draft" in response.content.decode()
        assert not Resource.objects.exists()
        assert said(self.accept(client, response)) == ["“a.csv” is written: 2 added."]
        assert Resource.objects.filter(author=curator).count() == 2
        file = ImportedFile.objects.get()
        assert (file.by, file.outcome) == (curator, "2 added.")
        assert said(client.post(response.request["PATH_INFO"], {"seen": "x"}, follow=True)) == [
            "“a.csv” was written already: 2 added."
        ]

    def test_good_rows_are_written_only_if_the_curator_says_so(self, client, curator, brochures):
        response = self.bring(client, comma_separated(row(), row(title="Wrong", year="x")))
        assert "“year” is “x”, which is not a whole number." in response.content.decode()
        refused = self.accept(client, response)
        assert "Nothing is written yet." in refused.content.decode()
        assert not Resource.objects.exists()
        assert said(self.accept(client, response, without_the_rest="on")) == [
            "“a.csv” is written: 1 added and 1 not usable."
        ]
        assert Resource.objects.get().title == "A title"

    @pytest.mark.parametrize(
        ("data", "name", "says"),
        [(b"x", "a.doc", "ends in .ris or .csv"), (b"title\n" + b"x" * 1_600_000, "a.csv", "It has 1.6 MB")],
    )
    def test_a_file_that_cannot_be_used_is_refused_beside_the_field(self, client, curator, data, name, says):
        html = self.bring(client, data, name).content.decode()
        assert says in html
        assert 'id="id_file_error"' in html
        assert "Choose a file for “File”" in client.post(IMPORT, {}).content.decode()
        assert not ImportedFile.objects.exists()

    def test_the_encoding_is_told(self, client, curator, brochures):
        response = self.bring(client, comma_separated(row(title="Etude")).replace(b"Etude", b"\xc9tude"))
        assert "The file was read as Windows-1252." in response.content.decode()

    def test_a_long_list_is_shortened(self, client, curator, brochures):
        response = self.bring(client, comma_separated(*[row(title=f"Wrong {n}", year="x") for n in range(MOST_ROWS)]))
        html = response.content.decode()
        assert html.count("cc-rows__place") == import_page.MOST_SHOWN
        assert f"And {MOST_ROWS - import_page.MOST_SHOWN} more like these." in html

    def test_someone_else_may_look_at_the_file_and_see_the_same(self, client, curator, brochures):
        response = self.bring(client, comma_separated(row()))
        client.force_login(UserFactory(curator=True))
        assert client.get(response.request["PATH_INFO"]).context["writes"] == 1
        assert Resource.objects.filter(publication_state=PublicationState.DRAFT).count() == 0
