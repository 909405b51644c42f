"""What readers and staff see of areas."""

import re
from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse

from measures.models import Measure
from resources import content as library_content
from resources import qs34
from resources.models import Resource, Topic
from selfharm_portal.accounts.models import AreaRole
from sites import content
from sites.models import Area, Certainty, ChangeKind, PanelKind
from tests.factories import (
    AreaFactory,
    AreaLinkFactory,
    AreaMeasureFactory,
    AreaMembershipFactory,
    AreaSuccessorFactory,
    InfographicFactory,
    InfographicPanelFactory,
    MeasureSourceFactory,
    MeasureVersionFactory,
    MilestoneFactory,
    OtherMaterialFactory,
    ResourceFactory,
    ResourcePublisherFactory,
    ThemeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

QUERIES_OF_THE_LIST = 14
QUERIES_OF_A_PROFILE = 26
QUERIES_OF_A_THEME = 15


def page(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def full_area(parts, **fields):
    """An area with `parts` rows of everything that hangs on it."""
    area = AreaFactory(certainty=Certainty.NAMED_INFOGRAPHIC, **fields)
    standard = Resource.objects.filter(slug=qs34.SLUG).first() or ResourceFactory(slug=qs34.SLUG)
    for n in range(parts):
        theme = ThemeFactory()
        topic = Topic.objects.create(slug=f"{theme.slug}-topic", title="Safety planning")
        theme.topics.add(topic)
        area.themes.add(theme)
        version = MeasureVersionFactory()
        version.themes.add(theme)
        MeasureSourceFactory(version=version, resource=standard, statement="3")
        AreaMeasureFactory(area=area, measure=MeasureVersionFactory().measure)
        ResourcePublisherFactory(resource=ResourceFactory(topics=[topic]))
        AreaSuccessorFactory(area=area)
        AreaLinkFactory(area=area)
        MilestoneFactory(area=area)
        MilestoneFactory(area=None, title=f"Of the programme {n}")
        InfographicPanelFactory.create_batch(2, infographic=InfographicFactory(area=area, theme=theme))
    return area


@pytest.mark.parametrize("areas", [1, 12])
def test_the_list_costs_the_same_queries_whatever_its_areas(client, django_assert_num_queries, areas):
    for n in range(areas):
        full_area(1, tile_row=n // 4 + 1, tile_column=n % 4 + 1)
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        assert client.get(reverse("sites:list")).status_code == 200


@pytest.mark.parametrize("parts", [1, 8])
def test_a_profile_costs_the_same_queries_whatever_hangs_on_it(client, django_assert_num_queries, parts):
    area = full_area(parts)
    with django_assert_num_queries(QUERIES_OF_A_PROFILE):
        assert client.get(area.get_absolute_url()).status_code == 200


def test_public_pages_of_areas_set_no_cookie_and_hold_no_form_that_writes(client):
    area = full_area(1)
    for url in (reverse("sites:list"), area.get_absolute_url()):
        answer = client.get(url)
        assert not answer.cookies
        assert b'method="post"' not in answer.content


def test_every_area_stands_on_the_map_and_in_the_list_under_the_same_number(client):
    AreaFactory(place="Frimley", short_name="Frimley", certainty=Certainty.NAMED_INFOGRAPHIC)
    AreaFactory(place="Cheshire", short_name="Ches", certainty=Certainty.ASSUMED)
    html = page(client, reverse("sites:list"))
    assert 'aria-label="1 Ches, Cheshire"' in html
    assert 'class="inferred"' in html
    assert 'aria-label="2 Frimley"' in html
    assert 'class="lit"' in html
    assert "Its part in the programme is inferred, for NCISH to confirm." in html


def test_the_list_says_what_exists_elsewhere_and_so_does_an_empty_one(client):
    assert "Nothing is known to be missing." in page(client, reverse("sites:list"))
    OtherMaterialFactory(evidence="for staff only")
    OtherMaterialFactory(what="Hidden recordings", is_hidden=True)
    html = page(client, reverse("sites:list"))
    assert "Recordings of talks" in html
    assert "Hidden recordings" not in html
    assert "for staff only" not in html
    assert "The areas are not on this site yet." in html


def test_an_area_off_the_list_is_not_there(client):
    area = AreaFactory(draft=True)
    assert client.get(area.get_absolute_url()).status_code == 404
    assert area.place not in page(client, reverse("sites:list"))


@pytest.mark.requirement("C1")
def test_a_profile_says_then_and_now_and_what_changed(client):
    area = AreaFactory(
        name="Frimley Health and Care Integrated Care System",
        icb_name="NHS Frimley Integrated Care Board",
        ods_code="QNQ",
        change_kind=ChangeKind.DIVIDED,
        change_took_effect=date(2026, 4, 1),
        change_what="The board ended and its area was divided.",
        change_confirmed=True,
    )
    AreaSuccessorFactory(area=area, name="NHS Thames Valley Integrated Care Board", ods_code="S0E4D", part="Slough")
    html = page(client, area.get_absolute_url())
    for words in (
        "Frimley Health and Care Integrated Care System",
        "NHS Frimley Integrated Care Board (QNQ)",
        "The board ended and its area was divided.",
        "Since 1 April 2026. NHS Thames Valley Integrated Care Board (S0E4D): Slough.",
    ):
        assert words in html


@pytest.mark.requirement("C1")
def test_a_profile_says_when_it_was_last_reviewed_and_when_it_will_be(client):
    area = AreaFactory(review_due=date(2027, 6, 30))
    assert "Not yet reviewed by NCISH" in page(client, area.get_absolute_url())
    Area.objects.filter(pk=area.pk).update(reviewer=UserFactory(curator=True), last_reviewed=date(2026, 6, 5))
    html = page(client, area.get_absolute_url())
    assert re.search(r"This page reviewed</dt>\s*<dd>5 June 2026", html)
    assert re.search(r"Next review</dt>\s*<dd>by 30 June 2027", html)


@pytest.mark.requirement("C1")
def test_the_twelve_have_the_same_headings_in_the_same_order_and_nothing_blank(client):
    fixtures = settings.BASE_DIR / "fixtures"
    library_content.load(fixtures)
    content.load(fixtures)
    headings = set()
    areas = Area.objects.all()
    assert len(areas) == 12
    for area in areas:
        html = page(client, area.get_absolute_url())
        main = html.partition("<main")[2].partition("</main>")[0]
        found = re.findall(r"<h2[^>]*>([^<]+)</h2>", main.replace(area.place, "X").replace(area.region.name, "R"))
        headings.add(tuple(words for words in found if words != "Its part in the programme is inferred"))
        assert re.search(r"<(dd|p|h\d|ul|ol|dl|li)[^>]*>\s*</\1>|>None<", main) is None, area
        assert main.count("<strong>Not known yet:</strong>") <= 1, area
    (same,) = {tuple(words.replace("Themes", "Theme") for words in each) for each in headings}
    assert same[:5] == ("What is known", "Theme", "Facts", "The project in one picture", "Milestones")


@pytest.mark.requirement("C1")
def test_what_is_not_known_is_a_sentence_and_never_blank(client):
    html = page(client, AreaFactory().get_absolute_url())
    assert html.count("<strong>Not known yet:</strong>") == 1
    assert "what the project set out to do" in html
    assert re.search(r"<dd>\s*</dd>", html) is None
    assert re.search(r"<(ul|ol|dl)[^>]*>\s*</", html) is None
    for sentence in (
        "The theme of the project is not known yet",
        "No infographic of this area is on this site yet.",
        "No milestone is known yet.",
        "It reports no measures here at present.",
        "Its theme is not known yet, so neither are these.",
        "Its theme is not known yet, so nothing in the library is tied to it.",
        "No page about this area elsewhere is listed yet.",
    ):
        assert sentence in html


def test_a_profile_whose_part_is_inferred_says_so_first(client):
    html = page(client, AreaFactory(certainty=Certainty.ASSUMED).get_absolute_url())
    assert html.index("Its part in the programme is inferred") < html.index("What is known")
    assert "Assumed; no source found" in html
    named = page(client, AreaFactory(certainty=Certainty.NAMED_PRESENTATION).get_absolute_url())
    assert "is inferred" not in named


def test_notes_for_staff_are_never_shown(client):
    area = AreaFactory(to_check="SECRET-1", early_implementer_evidence="SECRET-2", provenance="SECRET-5")
    area.themes.add(ThemeFactory(evidence="SECRET-3"))
    InfographicFactory(area=area, curator_note="SECRET-4")
    for user in (None, UserFactory(curator=True)):
        if user:
            client.force_login(user)
        assert "SECRET" not in page(client, area.get_absolute_url())


def test_the_heading_says_how_many_areas_are_listed(client):
    AreaFactory(draft=True)
    assert '<h1 class="nhsuk-heading-xl">The areas</h1>' in page(client, "/areas/")
    AreaFactory.create_batch(3)
    assert '<h1 class="nhsuk-heading-xl">The 3 areas</h1>' in page(client, "/areas/")


def test_panels_to_fill_are_for_staff_and_readers_get_one_sentence(client):
    infographic = InfographicFactory(title="Frimley: a short therapy")
    source = "https://doubtful.example.org/"
    InfographicPanelFactory(infographic=infographic, heading="Known panel")
    InfographicPanelFactory(infographic=infographic, heading="Background panel", kind=PanelKind.CONTEXT)
    InfographicPanelFactory(infographic=infographic, heading="Empty panel", kind=PanelKind.TO_FILL, confirmed=False)
    InfographicPanelFactory(infographic=infographic, heading="Doubtful panel", confirmed=False, source=source)
    url = infographic.area.get_absolute_url()
    html = page(client, url)
    assert "Known panel" in html
    assert "Background, not part of the project." in html
    assert "Empty panel" not in html
    assert "Doubtful panel" not in html
    assert source not in html
    assert "Frimley: a short therapy</h3>" in html
    assert html.count("NCISH will add the rest from the published infographic.") == 1
    client.force_login(UserFactory(analyst=True))
    assert "Empty panel" not in page(client, url)
    client.force_login(UserFactory(curator=True))
    html = page(client, url)
    assert "Empty panel" in html
    assert "Only staff see this place" in html


def test_the_timeline_has_own_and_programme_milestones_in_order(client):
    area = AreaFactory()
    MilestoneFactory(area=area, title="Own, later", date=date(2022, 5, 1))
    MilestoneFactory(area=None, title="Programme, first", date=date(2019, 1, 7))
    MilestoneFactory(title="Of another area")
    MilestoneFactory(area=area, title="Doubtful", confirmed=False)
    html = page(client, area.get_absolute_url())
    assert html.index("Programme, first") < html.index("Own, later")
    assert "Of another area" not in html
    assert "Doubtful" not in html


@pytest.mark.requirement("K1")
def test_the_crisis_line_shows_only_once_confirmed(client):
    area = AreaFactory(crisis_line="0800 123 4567")
    html = page(client, area.get_absolute_url())
    assert "0800 123 4567" not in html
    assert "The local line is shown here once NCISH has confirmed it." in html
    area.crisis_line_confirmed_on = date(2026, 5, 1)
    area.save(update_fields=["crisis_line_confirmed_on"])
    assert "0800 123 4567" in page(client, area.get_absolute_url())


def test_measures_fit_by_the_themes_of_their_newest_definition(client):
    theme = ThemeFactory()
    area = AreaFactory()
    area.themes.add(theme)
    fits = MeasureVersionFactory(name="Visits to digital resources")
    fits.themes.add(theme)
    former = MeasureVersionFactory(name="Former definition")
    former.themes.add(theme)
    MeasureVersionFactory(measure=former.measure, number=2, name="Newer definition", valid_from=date(2030, 1, 1))
    withdrawn = MeasureVersionFactory(name="Withdrawn measure")
    withdrawn.themes.add(theme)
    Measure.objects.filter(pk=withdrawn.measure.pk).update(withdrawn=True)
    html = page(client, area.get_absolute_url())
    assert "Visits to digital resources" in html
    assert "Newer definition" not in html
    assert "Withdrawn measure" not in html


def test_a_theme_that_no_measure_fits_says_so(client):
    area = AreaFactory()
    area.themes.add(ThemeFactory(confirmed=False))
    html = page(client, area.get_absolute_url())
    assert "No measure fits its theme yet." in html
    assert "The programme has not named this theme" in html


class TestFilters:
    @pytest.fixture
    def areas(self):
        theme, other = ThemeFactory(slug="training"), ThemeFactory(slug="peers")
        here, there, nowhere = AreaFactory(place="Here"), AreaFactory(place="There"), AreaFactory(place="Yonder")
        here.themes.add(theme)
        there.themes.add(theme, other)
        AreaFactory(draft=True).themes.add(ThemeFactory(slug="secret"))
        return [here, there, nowhere]

    def places(self, client, query):
        return [area["name"] for area in client.get(f"{reverse('sites:list')}?{query}").context["areas"]]

    def test_by_theme_and_by_region(self, client, areas):
        here, there, _ = areas
        assert self.places(client, "theme=training") == ["Here", "There"]
        assert self.places(client, "theme=training&theme=peers") == ["Here", "There"]
        assert self.places(client, f"theme=training&region={there.region.slug}") == ["There"]
        assert self.places(client, f"region={here.region.slug}&region={there.region.slug}") == ["Here", "There"]
        html = page(client, f"{reverse('sites:list')}?theme=peers&region={here.region.slug}")
        assert "No area fits all of this." in html

    def test_the_numbers_are_what_is_found_and_stay_those_of_the_map(self, client, areas):
        url = f"{reverse('sites:list')}?theme=peers"
        response = client.get(url)
        assert [(area["number"], area["name"]) for area in response.context["areas"]] == [(2, "There")]
        for group in response.context["facets"]:
            for option in group["options"]:
                if not option["checked"]:
                    assert len(self.places(client, f"theme=peers&{group['name']}={option['value']}")) == option["count"]

    def test_what_no_listed_area_has_is_no_filter(self, client, areas):
        assert len(self.places(client, "theme=secret")) == 3
        assert len(self.places(client, "theme=%00&region=nowhere")) == 3


class TestWhoReports:
    """For those at NCISH who decide or read it; to everybody else the list is the same as ever."""

    @pytest.fixture
    def areas(self):
        reports, ended, never = AreaFactory(place="A"), AreaFactory(place="B"), AreaFactory(place="C")
        AreaMeasureFactory(area=reports)
        AreaMeasureFactory(area=ended, until_month=date(2022, 3, 1))
        return [reports, ended, never]

    def places(self, client, query):
        return [area["name"] for area in client.get(f"{reverse('sites:list')}?{query}").context["areas"]]

    @pytest.mark.parametrize("role", ["curator", "analyst"])
    def test_staff_choose_by_it(self, client, areas, role):
        client.force_login(UserFactory(**{role: True}))
        html = page(client, reverse("sites:list"))
        assert 'Reports measures this month <span class="n">(1)</span>' in html
        assert self.places(client, "reporting=yes") == ["A"]
        assert self.places(client, "reporting=no") == ["B", "C"]

    @pytest.mark.parametrize("role", [None, "administrator", "lead"])
    def test_nobody_else_does(self, client, areas, role):
        if role == "lead":
            client.force_login(AreaMembershipFactory(area=areas[0], role=AreaRole.LEAD).user)
        elif role:
            client.force_login(UserFactory(**{role: True}))
        assert "Reports measures" not in page(client, reverse("sites:list"))
        assert self.places(client, "reporting=yes") == ["A", "B", "C"]

    def test_it_is_never_kept_for_somebody_else(self, client, areas):
        client.force_login(UserFactory(analyst=True))
        assert "Cookie" in client.get(reverse("sites:list")).headers["Vary"]

    @pytest.mark.parametrize("number", [1, 12])
    def test_it_costs_no_query(self, client, django_assert_num_queries, number):
        for n in range(number):
            full_area(1, tile_row=n // 4 + 1, tile_column=n % 4 + 1)
        client.force_login(UserFactory(analyst=True))
        with django_assert_num_queries(QUERIES_OF_THE_LIST + 2):  # session and person
            client.get(reverse("sites:list"))


class TestWhatItMeasures:
    def test_names_what_it_reports_and_what_else_fits_and_no_number(self, client):
        area = full_area(1)
        fits = area.themes.get().measure_versions.get()
        reported, ended = MeasureVersionFactory(name="Calls within a week"), MeasureVersionFactory(name="Given up")
        AreaMeasureFactory(area=area, measure=reported.measure)
        AreaMeasureFactory(area=area, measure=ended.measure, until_month=date(2022, 3, 1))
        AreaMeasureFactory(measure=ended.measure)
        html = page(client, area.get_absolute_url())
        what, other = html.partition("What it measures")[2].split("More measures that fit its theme")
        assert f'href="{reported.measure.get_absolute_url()}"' in what
        assert "Its numbers are not public." in what
        assert f'href="{fits.measure.get_absolute_url()}"' in other
        assert "Given up" not in html

    def test_nothing_is_named_twice(self, client):
        area = full_area(1)
        measure = area.themes.get().measure_versions.get().measure
        AreaMeasureFactory(area=area, measure=measure)
        html = page(client, area.get_absolute_url())
        assert html.count(f'href="{measure.get_absolute_url()}"') == 1
        assert "It reports all that fit." in html


@pytest.mark.requirement("C2")
def test_a_profile_leads_to_each_form_of_its_infographic(client):
    area = full_area(1)
    shown = area.infographics.get()
    html = page(client, area.get_absolute_url())
    for form in ("pdf", "png"):
        address = reverse(f"sites:infographic_{form}", args=[area.slug, shown.slug])
        (hashed,) = re.findall(rf'href="({re.escape(address)}\?v=\w+)"', html)
        assert "immutable" in client.get(hashed).headers["Cache-Control"]
        assert f'href="{hashed}"' in page(client, shown.get_absolute_url())


def test_a_profile_has_the_first_of_the_library_on_its_themes(client):
    area = full_area(1)
    topic = area.themes.get().topics.get()
    ResourceFactory.create_batch(7, topics=[topic])
    hidden = ResourceFactory(topics=[topic], draft=True)
    html = page(client, area.get_absolute_url())
    items = html.partition("From the library")[2].partition("All of the library on its theme")[0]
    assert items.count("<li>") == 5
    assert f"?topic={topic.slug}" in items
    assert f'href="{hidden.get_absolute_url()}"' not in html


@pytest.mark.requirement("J2")
class TestBackToTheStandard:
    """A statement of QS34 leads to areas whose themes fit (tests/resources/test_qs34.py); these lead back."""

    @pytest.fixture
    def area(self):
        area = full_area(1)
        version = area.themes.get().measure_versions.get()
        standard = Resource.objects.get(slug=qs34.SLUG)
        also = [(standard, "6"), (standard, "2"), (ResourceFactory(), "8")]  # 2 is one that we could not read
        for position, (resource, statement) in enumerate(also, start=1):
            MeasureSourceFactory(
                version=version, role="related", position=position, resource=resource, statement=statement
            )
        other = MeasureVersionFactory()
        other.themes.add(ThemeFactory())
        MeasureSourceFactory(version=other, resource=standard, statement="7")
        return area

    def test_from_a_theme_and_from_an_area(self, client, area):
        for url in (area.themes.get().get_absolute_url(), area.get_absolute_url()):
            html = page(client, url)
            assert re.findall(r'href="/resources/qs34/(\d)/"', html) == ["3", "6"]

    def test_and_the_statement_leads_to_both(self, client, area):
        html = page(client, qs34.url_of(3))
        for url in (area.themes.get().get_absolute_url(), area.get_absolute_url()):
            assert f'href="{url}"' in html

    def test_only_newest_definitions_of_measures_in_use_count(self, client, area):
        version = area.themes.get().measure_versions.get()
        MeasureVersionFactory(measure=version.measure, number=2, valid_from=date(2030, 1, 1))
        assert "/resources/qs34/3/" not in page(client, area.get_absolute_url())
        html = page(client, area.themes.get().get_absolute_url())
        assert "No measure of this theme follows a statement that we could read." in html


@pytest.mark.requirement("C1")
@pytest.mark.parametrize(
    ("continues", "said"),
    [
        (None, "Read apart: charts begin anew on 1 April 2026, until NCISH says that the months are one series."),
        (False, "Read apart: charts begin anew on 1 April 2026, until NCISH says that the months are one series."),
        (True, "Read as one series: NCISH has said so."),
    ],
)
def test_a_profile_says_whether_months_before_and_after_are_one_series(client, continues, said):
    ended = {"change_kind": ChangeKind.MERGED, "change_took_effect": date(2026, 4, 1)}
    assert said in page(client, AreaFactory(series_continue=continues, **ended).get_absolute_url())
    assert "Months before and after" not in page(client, AreaFactory().get_absolute_url())


class TestTheme:
    def test_ties_areas_infographics_library_and_measures_together(self, client):
        area = full_area(1)
        theme = area.themes.get()
        hidden = full_area(1, draft=True)
        hidden.themes.add(theme)
        item = ResourceFactory(topics=[theme.topics.get()])
        others = [
            ResourceFactory(topics=[theme.topics.get()], draft=True),
            ResourceFactory(topics=[theme.topics.get()], status="withdrawn", status_reason="It has ended."),
            ResourceFactory(),
        ]
        html = page(client, theme.get_absolute_url())
        for found in (area, area.infographics.get(), item, theme.measure_versions.get().measure):
            assert f'href="{found.get_absolute_url()}"' in html
        assert [each for each in [hidden, *others] if f'href="{each.get_absolute_url()}"' in html] == []
        assert f'href="{reverse("resources:list")}?topic={theme.topics.get().slug}"' in html

    def test_says_what_is_not_known(self, client):
        html = page(client, ThemeFactory(confirmed=False).get_absolute_url())
        for text in (
            "The programme has not named this theme; it is for NCISH to confirm.",
            "which of the areas work on it.",
            "None about this theme is on this site yet.",
            "Nothing in the library is tied to it yet.",
            "No measure fits it yet.",
        ):
            assert text in html

    def test_an_unknown_one_is_not_found(self, client):
        assert client.get(reverse("sites:theme", args=["nowhere"])).status_code == 404

    @pytest.mark.parametrize("rows", [1, 8])
    def test_costs_the_same_queries_whatever_hangs_on_it(self, client, django_assert_num_queries, rows):
        theme = full_area(1).themes.get()
        for _ in range(rows - 1):
            area = full_area(1)
            area.themes.add(theme)
            MeasureVersionFactory().themes.add(theme)
            InfographicFactory(area=area, theme=theme)
        for item in ResourceFactory.create_batch(rows, topics=[theme.topics.get()]):
            ResourcePublisherFactory(resource=item)
        with django_assert_num_queries(QUERIES_OF_A_THEME):
            client.get(theme.get_absolute_url())


def test_peers_are_those_with_the_theme_and_those_of_the_region(client):
    area = full_area(1, place="Here")
    same_theme, same_region, neither = AreaFactory(), AreaFactory(region=area.region), AreaFactory()
    same_theme.themes.add(area.themes.get())
    hidden = AreaFactory(region=area.region, draft=True)
    html = page(client, area.get_absolute_url())
    by_theme, by_region = html.partition("Areas with the same theme")[2].split(f"Areas in {area.region.name}")
    assert f'href="{same_theme.get_absolute_url()}"' in by_theme
    assert f'href="{same_region.get_absolute_url()}"' in by_region
    assert [each for each in (neither, hidden) if each.get_absolute_url() in html] == []
    html = page(client, neither.get_absolute_url())
    assert "Its theme is not known yet, so neither are these." in html
    assert "It is the only one of the areas in this region." in html


def test_what_staff_write_is_escaped(client):
    area = AreaFactory(summary="<script>alert(1)</script> is typed.", aims="<b>bold</b>", crisis_line="<i>x</i>")
    html = page(client, area.get_absolute_url())
    assert "<script>alert" not in html
    assert "<b>bold" not in html


def test_a_theme_leads_to_its_areas_its_topics_and_its_measures(client):
    area = full_area(1)
    theme = area.themes.get()
    part = page(client, reverse("sites:list")).partition(f'id="theme-{theme.slug}"')[2]
    for found in (area, theme.topics.get(), theme.measure_versions.get().measure):
        assert f'href="{found.get_absolute_url()}"' in part


def test_a_theme_that_nothing_is_tied_to_says_so(client):
    ThemeFactory()
    html = page(client, reverse("sites:list"))
    assert "No area is known to work on it yet." in html
    assert "No measure fits it yet." in html
