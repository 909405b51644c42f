"""The history in admin: to read, each part by those whose business it is."""

import pytest
from django.urls import reverse

from resources.models import ResourceType
from selfharm_portal.history import wording
from selfharm_portal.history.attribution import at_work
from selfharm_portal.history.models import Entry
from tests.factories import (
    AreaMembershipFactory,
    DraftEntryFactory,
    MeasureValueFactory,
    ResourceFactory,
    SectionFactory,
    TopicFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/history/entry/"


def change(entry):
    return reverse("admin:history_entry_change", args=[entry.pk])


def newest_of(row) -> Entry:
    return Entry.objects.filter(model=row._meta.label, key=str(row.pk))[0]


@pytest.fixture
def one_of_each_part():
    return {
        "content": newest_of(SectionFactory(title="Guidance for wards")),
        "submissions": newest_of(MeasureValueFactory(numerator=4321, denominator=54321)),
        "accounts": newest_of(AreaMembershipFactory(user__name="Kim Doe").user),
    }


@pytest.mark.requirement("F4")
@pytest.mark.parametrize(
    ("role", "part"), [("curator", "content"), ("analyst", "submissions"), ("administrator", "accounts")]
)
def test_each_role_reads_its_part_and_no_other(client, one_of_each_part, role, part):
    client.force_login(UserFactory(**{role: True}))
    shown = client.get(LIST).context["cl"].queryset
    assert set(shown.values_list("part", flat=True)) == {part}
    for of_part, entry in one_of_each_part.items():
        page = client.get(change(entry))
        assert page.status_code == (200 if of_part == part else 302)  # 302: there is no such entry, says admin
        assert (entry in shown) == (of_part == part)


@pytest.mark.requirement("F4")
@pytest.mark.parametrize("role", ["curator", "administrator"])
@pytest.mark.parametrize(
    "query", ["", "?q=4321", "?model=measures.MeasureValue", "?part=submissions", "?person=nobody"]
)
def test_no_way_leads_to_submitted_numbers(client, one_of_each_part, role, query):
    DraftEntryFactory(numerator="4321")
    client.force_login(UserFactory(**{role: True}))
    page = client.get(LIST + query, follow=True)
    assert "Measure value" not in page.content.decode()
    assert "Draft entry" not in page.content.decode()
    assert not page.context["cl"].queryset.filter(part="submissions").exists()


def test_others_do_not_get_in(client, one_of_each_part):
    addresses = [LIST, *map(change, one_of_each_part.values())]
    for address in addresses:
        assert "login" in client.get(address).url
    client.force_login(AreaMembershipFactory().user)
    assert [client.get(address).status_code for address in addresses] == [403] * len(addresses)


@pytest.mark.parametrize("role", ["curator", "analyst", "administrator"])
def test_nobody_writes_there(client, one_of_each_part, role):
    client.force_login(UserFactory(**{role: True}))
    part = {"curator": "content", "analyst": "submissions", "administrator": "accounts"}[role]
    entry = one_of_each_part[part]
    page = client.get(change(entry)).content.decode()
    assert 'name="_save"' not in page
    assert "deletelink" not in page
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(change(entry), {"key": "1"}).status_code == 403
    assert client.post(f"{LIST}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"})
    assert Entry.objects.filter(pk=entry.pk).exists()


def test_the_page_of_an_entry_says_before_and_after_in_words(client):
    curator, section = UserFactory(curator=True, name="Odile Marchbanks"), SectionFactory(title="Books")
    resource = ResourceFactory(type=ResourceType.REPORT, title="First <title>", easy_read=None)
    with at_work(via="/admin/resources/resource/", person=lambda: curator.pk):
        resource.type, resource.easy_read, resource.section = ResourceType.LEAFLET, True, section
        resource.save()
    entry = newest_of(resource)
    assert {("Kind of evidence", "Report", "Leaflet or guide"), ("Is Easy Read", "Nothing", "Yes")} < set(
        wording.lines(entry)
    )
    assert [line.after for line in wording.lines(entry) if line.field == "Section"] == ["Books"]
    client.force_login(curator)
    page = client.get(change(entry)).content.decode()
    assert '<th scope="row">Kind of evidence</th><td>Report</td><td>Leaflet or guide</td>' in page
    assert "Odile Marchbanks" in page
    assert "First &lt;title&gt;" in page
    assert "<title>" not in page.partition("</head>")[2]


def test_an_account_that_is_gone_keeps_its_number(client):
    with at_work(via="/", person=lambda: 123456789):
        entry = newest_of(SectionFactory())
    client.force_login(UserFactory(curator=True))
    for address in (LIST, change(entry)):
        assert "account 123456789, which is gone" in client.get(address).content.decode()


def test_who_it_was_where_nobody_signed_in():
    said = {
        "": "Directly in the database, as portal",
        "command load_content": "The portal itself",
        "/contact/": "Nobody signed in",
    }
    for via, words in said.items():
        assert wording.who_in_words(Entry(via=via, role="portal")) == words


def test_what_is_known_no_more_is_still_shown():
    entry = Entry(model="resources.Gone", key="7", what="delete", before={"title": "Once", "date": "soon", "x": None})
    assert wording.row_in_words(entry) == "resources.Gone 7: Once"
    assert wording.lines(entry) == [("date", "soon", ""), ("title", "Once", "")]


def test_the_list_is_searched_and_filtered(client):
    curator = UserFactory(curator=True, name="Odile Marchbanks")
    TopicFactory(title="Something else")
    with at_work(via="/admin/", person=lambda: curator.pk):
        wanted = newest_of(SectionFactory(title="Quillwards and étages"))
    client.force_login(curator)
    for query in [
        "?q=and+étages",
        f"?person={curator.pk}",
        "?model=resources.Section&q=quillwards",
        "?q=marchbanks",
        "?what=insert&q=quillwards",
    ]:
        assert list(client.get(LIST + query).context["cl"].queryset) == [wanted]
    for odd in ["?person=x", "?model=none.Such", "?q=%00"]:
        assert client.get(LIST + odd).status_code in (200, 302)


def test_the_history_of_a_row_has_what_belongs_to_it(client):
    resource, topic = ResourceFactory(title="A report"), TopicFactory()
    resource.topics.add(topic)
    resource.title = "A better report"
    resource.save()
    client.force_login(UserFactory(curator=True))
    page = client.get(reverse("admin:resources_resource_history", args=[resource.pk]))
    changed, *added = page.context["entries"]
    assert [entry["what"] for entry in (changed, *added)] == ["Changed", "Added", "Added"]
    assert "Title" in changed["fields"].split(", ")
    assert change(newest_of(resource)) in page.content.decode()
    unknown = reverse("admin:resources_resource_history", args=[resource.pk + 1])
    assert client.get(unknown).status_code == 302


@pytest.mark.requirement("F4")
def test_the_history_of_an_area_says_nothing_of_its_team_to_a_curator(client):
    membership = AreaMembershipFactory()
    client.force_login(UserFactory(curator=True))
    page = client.get(reverse("admin:sites_area_history", args=[membership.area_id]))
    assert [entry["row"].partition(" ")[0] for entry in page.context["entries"]] == ["Area"]


def test_the_list_costs_the_same_whatever_its_length(client, django_assert_max_num_queries):
    TopicFactory.create_batch(30)
    client.force_login(UserFactory(curator=True))
    with django_assert_max_num_queries(14):
        assert client.get(LIST).status_code == 200
