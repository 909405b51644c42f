"""NCISH's charts of all areas side by side: what they say, and that nothing in them orders areas by value."""

import csv
import re
from datetime import date
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from measures.models import Domain, ReportingPeriod, State, Submission
from measures.ncish import across_views
from measures.wording import shifted
from tests.factories import (
    AreaFactory,
    AreaMeasureFactory,
    DomainFactory,
    MeasureValueFactory,
    MeasureVersionFactory,
    RegionFactory,
    ReportingPeriodFactory,
    SubmissionFactory,
    ThemeFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("G7")]

FIRST = date(2025, 1, 1)
MATRIX = "/submissions/overview/matrix/"
MOST_QUERIES = 25
USUAL = [50, 52, 49, 51, 50, 48, 52, 50, 49, 51, 50, 52, 50, 49, 51]


def version(order=1, code="SH07", **fields):
    fields = {"valid_from": FIRST, "measure__code": code, "name": f"Measure {code}", **fields}
    return MeasureVersionFactory(measure__domain__order=order, **fields)


def months(area, of, numerators, *, first=FIRST):
    """The area collects this, and so many months of it are accepted, out of 100 each."""
    if not area.area_measures.filter(measure=of.measure).exists():
        AreaMeasureFactory(area=area, measure=of.measure, from_month=first)
    for n, numerator in enumerate(numerators):
        period = ReportingPeriod.objects.filter(month=shifted(first, n)).first()
        period = period or ReportingPeriodFactory(month=shifted(first, n))
        month = area.submissions.filter(period=period).first() or SubmissionFactory(
            area=area, period=period, accepted=True
        )
        MeasureValueFactory(
            revision=month.accepted_revision, measure=of.measure, version=of, numerator=numerator, denominator=100
        )


def page_of(client, analyst, path, **given):
    client.force_login(analyst)
    response = client.get(path, given)
    assert response.status_code == 200
    return response.content.decode()


def charts_in(page):
    """Area and code of each chart that is linked, in the order of the page, each once."""
    return list(dict.fromkeys(re.findall(r'href="/submissions/([^/"]+)/charts/([^/"]+)/"', page)))


def text_of(page):
    return " ".join(strip_tags(page).split())


@pytest.fixture
def three_areas(db):
    """Made in another order than that of their names."""
    return {name: AreaFactory(slug=name.lower(), short_name=name) for name in ("Melton", "Alton", "Zeal")}


class TestTheMatrix:
    def test_each_cell_says_what_the_chart_says_and_leads_to_it(self, client, analyst, three_areas):
        of = version(target=30)
        months(three_areas["Alton"], of, USUAL)
        months(three_areas["Melton"], of, [*USUAL, 95])
        months(three_areas["Zeal"], of, USUAL[:5])
        page = page_of(client, analyst, MATRIX)
        assert charts_in(page) == [("alton", "SH07"), ("melton", "SH07"), ("zeal", "SH07")]
        text = text_of(page)
        assert "SH07, Alton: Usual ups and downs. Meets the target" in text
        assert "SH07, Melton: Improvement: higher. Meets the target" in text
        assert "SH07, Zeal: Too few months. Too early to say" in text
        cells = re.findall(r'<a class="cc-icons__cell".*?</a>', page)
        assert [re.findall(r"#icon-([a-z_-]+)", cell) for cell in cells] == [
            ["common_cause", "pass"],
            ["improvement_high", "pass"],
            ["none"],
        ]

    def test_every_icon_that_is_drawn_again_is_on_the_page_once(self, client, analyst, three_areas):
        months(three_areas["Alton"], version(), USUAL)
        months(three_areas["Melton"], version(2, "SH08"), USUAL[:3])
        page = page_of(client, analyst, MATRIX)
        drawn = re.findall(r'id="icon-([a-z_-]+)"', page)
        assert len(drawn) == len(set(drawn))
        assert set(re.findall(r'href="#icon-([a-z_-]+)"', page)) <= set(drawn)

    def test_what_an_area_does_not_collect_is_no_link_and_has_a_sign_of_its_own(self, client, analyst, three_areas):
        of, other = version(), version(2, "SH08")
        months(three_areas["Alton"], of, USUAL)
        months(three_areas["Zeal"], other, USUAL)
        page = page_of(client, analyst, MATRIX)
        assert charts_in(page) == [("alton", "SH07"), ("zeal", "SH08")]
        cells = re.findall(r'<span class="cc-icons__cell cc-icons__cell--none">.*?</td>', page)
        assert [text_of(cell) for cell in cells] == ["Zeal: Not collected here", "Alton: Not collected here"]
        assert "One area collects no measures yet: Melton." in text_of(page)

    def test_a_measure_without_a_month_so_far_and_one_that_ended_say_so(self, client, analyst, three_areas):
        of, other = version(), version(2, "SH08")
        months(three_areas["Alton"], of, [])
        months(three_areas["Alton"], other, USUAL)
        three_areas["Alton"].area_measures.filter(measure=other.measure).update(until_month=date(2026, 3, 1))
        text = text_of(page_of(client, analyst, MATRIX))
        assert "SH07, Alton: No months yet" in text
        assert "SH08, Alton: Usual ups and downs. Collected until March 2026" in text

    def test_measures_stand_in_the_order_of_the_dictionary_below_their_chapters(self, client, analyst, three_areas):
        for order, code in ((2, "SH01"), (1, "SH03"), (1, "SH02")):
            domain = Domain.objects.filter(order=order).first() or DomainFactory(order=order, title=f"Chapter {order}")
            months(three_areas["Alton"], MeasureVersionFactory(measure__code=code, measure__domain=domain), [50])
        page = page_of(client, analyst, MATRIX)
        assert [code for _, code in charts_in(page)] == ["SH02", "SH03", "SH01"]
        assert re.findall(r'scope="rowgroup"[^>]*>([^<]*)<', page) == ["Chapter 1", "Chapter 2"]

    def test_it_is_narrowed_by_region_theme_and_chapter(self, client, analyst, three_areas):
        region, theme = RegionFactory(), ThemeFactory()
        of, other = version(), version(2, "SH08")
        for area in three_areas.values():
            months(area, of, [50])
            months(area, other, [50])
        three_areas["Alton"].region = region
        three_areas["Alton"].save()
        three_areas["Zeal"].themes.add(theme)

        def narrowed(**given):
            return charts_in(page_of(client, analyst, MATRIX, **given))

        assert narrowed(region=region.slug) == [("alton", "SH07"), ("alton", "SH08")]
        assert narrowed(theme=theme.slug, domain=of.measure.domain.slug) == [("zeal", "SH07")]
        assert narrowed(region=region.slug, theme=theme.slug) == []
        assert len(narrowed()) == 6

    def test_a_choice_that_does_not_exist_is_said_beside_its_field_and_narrows_nothing(
        self, client, analyst, three_areas
    ):
        months(three_areas["Alton"], version(), [50])
        page = page_of(client, analyst, MATRIX, region="atlantis")
        assert "Choose again: “atlantis” is not in the list" in page
        assert "<title>Error: " in page
        assert charts_in(page) == [("alton", "SH07")]

    def test_as_a_file_it_says_the_same_a_line_a_cell(self, client, analyst, three_areas):
        of, other = version(target=30), version(2, "SH08", name="=SUM(A1)")
        months(three_areas["Alton"], of, USUAL)
        months(three_areas["Melton"], other, [])
        page = page_of(client, analyst, "/submissions/overview/matrix.csv")
        assert list(csv.reader(StringIO(page))) == [
            ["measure", "name", "area", "latest_month", "variation", "assurance"],
            ["SH07", "Measure SH07", "Alton", "2026-03", "Usual ups and downs", "Meets the target"],
            ["SH07", "Measure SH07", "Melton", "", "Not collected here", ""],
            ["SH08", "'=SUM(A1)", "Alton", "", "Not collected here", ""],
            ["SH08", "'=SUM(A1)", "Melton", "", "No months yet", ""],
        ]


class TestOneMeasure:
    def test_each_area_has_its_chart_latest_value_sentence_and_lines(self, client, analyst, three_areas):
        of = version(target=30)
        months(three_areas["Melton"], of, [*USUAL, 95])
        months(three_areas["Alton"], of, USUAL[:5])
        AreaMeasureFactory(area=AreaFactory(short_name="Newton"), measure=of.measure)
        page = page_of(client, analyst, one_measure(of))
        text = text_of(page)
        assert charts_in(page) == [("alton", "SH07"), ("melton", "SH07")]
        assert page.count('class="cc-spark"') == 2
        for said in (
            "95.0%",
            "April 2026, 95%, is above the upper limit of",
            "Improvement: higher",
            "Meets the target",
            "From January 2025: average 53.1%, lower limit",
            "Too few months for limits: 5 of the 13 that are needed.",
            "Collected, with no number accepted so far: Newton.",
            "Not collected by: Zeal.",
        ):
            assert said in text, said

    def test_small_charts_have_one_scale_which_is_said(self, client, analyst, three_areas):
        of = version()
        months(three_areas["Alton"], of, [10] * 5)
        months(three_areas["Zeal"], of, [90] * 5)
        page = page_of(client, analyst, one_measure(of))
        assert "from January 2025 to May 2025, and from 10.0% to 90.0%" in page
        heights = [points_of(drawing, 1) for drawing in re.findall(r'class="cc-spark".*?</svg>', page)]
        assert len(heights) == 2
        assert min(heights[0]) > max(heights[1])

    def test_small_charts_have_one_time_so_that_a_late_joiner_begins_further_right(self, client, analyst, three_areas):
        of = version()
        months(three_areas["Alton"], of, USUAL)
        months(three_areas["Zeal"], of, [50] * 15)
        late = three_areas["Zeal"].submissions.filter(period__month__lt=date(2025, 11, 1))
        Submission.objects.filter(pk__in=late).update(state=State.DRAFT, accepted_revision=None)
        page = page_of(client, analyst, one_measure(of))
        places = [points_of(drawing, 0) for drawing in re.findall(r'class="cc-spark".*?</svg>', page)]
        assert min(places[1]) > min(places[0]) + 100
        assert max(places[1]) == max(places[0])

    def test_a_measure_that_nobody_collects_says_so(self, client, analyst, three_areas):
        page = page_of(client, analyst, one_measure(version()))
        assert "Not collected by: Alton, Melton, Zeal." in page
        assert charts_in(page) == []

    def test_it_leads_to_the_measures_before_and_after_it(self, client, analyst, three_areas):
        made = [version(order, f"SH0{order}") for order in (1, 2, 3)]
        for of in made:
            months(three_areas["Alton"], of, [50])
        page = page_of(client, analyst, one_measure(made[1]))
        for other in (made[0], made[2]):
            assert f'href="{one_measure(other)}"' in page


def points_of(drawing, way):
    """Of the line of a small chart: 0 for the places from left to right, 1 for the heights."""
    [line] = re.findall(r'class="c-line" d="([^"]+)"', drawing)
    return [float(point.split(",")[way]) for point in re.findall(r"[0-9.]+[, ][0-9.]+", line.replace(" ", ","))]


def one_measure(of):
    return f"/submissions/overview/measures/{of.measure.code}/"


def in_three_orders(three_areas, added):
    """Two measures of three areas, each area with values of its own."""
    first, second = version(1, "SH08"), version(2, "SH07")
    for area, more in zip(three_areas.values(), added, strict=True):
        months(area, first, [value + more for value in [*USUAL[:13], 55]])
        months(area, second, [value + 40 - more for value in [*USUAL[:13], 45]])
    return first


def orders(client, analyst, first, **given):
    """The order of the charts on each page, and of the lines of the file."""
    lines = list(csv.reader(StringIO(page_of(client, analyst, "/submissions/overview/matrix.csv", **given))))[1:]
    return (
        charts_in(page_of(client, analyst, MATRIX, **given)),
        charts_in(page_of(client, analyst, one_measure(first), **given)),
        [(line[2].lower(), line[0]) for line in lines],
    )


A_TO_Z = ["alton", "melton", "zeal"]
EVERYTHING = [(name, code) for code in ("SH08", "SH07") for name in A_TO_Z]
IN_THEIR_ORDER = (EVERYTHING, [(name, "SH08") for name in A_TO_Z], EVERYTHING)


@pytest.mark.parametrize("added", [(0, 20, 40), (40, 20, 0), (20, 40, 0)])
def test_nothing_orders_areas_or_measures_by_value(client, analyst, three_areas, added):
    """Whatever their values, areas stand A to Z and measures as in the dictionary."""
    assert orders(client, analyst, in_three_orders(three_areas, added)) == IN_THEIR_ORDER


def test_no_parameter_of_the_address_orders_by_value(client, analyst, three_areas):
    first = in_three_orders(three_areas, (40, 0, 20))
    for given in ({"sort": "value"}, {"order": "-latest"}, {"o": "-2"}, {"order_by": "latest"}):
        assert orders(client, analyst, first, **given) == IN_THEIR_ORDER, given


def test_what_can_be_chosen_is_no_order_and_no_value():
    assert list(across_views.AreasForm.base_fields) == ["region", "theme"]
    assert list(across_views.AcrossForm.base_fields) == ["region", "theme", "domain"]


def test_queries_do_not_grow(client, analyst):
    """1 area x 2 measures, then 6 areas x 10 measures."""
    made = [version(order, f"SH{order:02}") for order in range(1, 11)]
    first = AreaFactory()
    for of in made[:2]:
        months(first, of, [50, 51])
    client.force_login(analyst)
    few = [queries(client, path) for path in (MATRIX, one_measure(made[0]))]
    for of in made[2:]:
        months(first, of, [50, 51])
    for area in AreaFactory.create_batch(5):
        for of in made:
            months(area, of, [50, 51])
    assert [queries(client, path) for path in (MATRIX, one_measure(made[0]))] == few
    assert max(few) <= MOST_QUERIES


def queries(client, path):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)
