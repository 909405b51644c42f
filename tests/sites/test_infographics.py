"""An infographic: a page first, and what it shows to whom."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from sites import infographics
from sites.models import InfographicStatus, PanelIcon, PanelKind, PanelPart
from tests.factories import AreaFactory, InfographicFactory, InfographicPanelFactory, ThemeFactory, UserFactory

pytestmark = pytest.mark.django_db

QUERIES_OF_AN_INFOGRAPHIC = 6
TO_FILL = {"kind": PanelKind.TO_FILL, "confirmed": False, "source": ""}


class Words(HTMLParser):
    """What can be read in an element, in order."""

    def __init__(self, tag):
        super().__init__()
        self.tag, self.depth, self.found = tag, 0, []

    def handle_starttag(self, tag, attrs):
        self.depth += tag == self.tag

    def handle_endtag(self, tag):
        self.depth -= tag == self.tag

    def handle_data(self, data):
        if self.depth:
            self.found.append(data)


def words(text):
    return " ".join(text.split())


def words_of_page(client, infographic):
    answer = client.get(infographic.get_absolute_url())
    assert answer.status_code == 200
    parser = Words("article")
    parser.feed(answer.content.decode())
    return words(" ".join(parser.found))


def sheet(infographic, **how):
    infographic.refresh_from_db()
    return infographics.sheet(infographic, [], **how)


def panel(infographic, part=PanelPart.AIMS, **fields):
    return InfographicPanelFactory(infographic=infographic, part=part, **fields)


def full(**fields):
    """One with something of every form, and characters that mean something to HTML, SVG and typst."""
    area = AreaFactory(place="Exampleshire")
    theme = ThemeFactory(slug="primary-care")
    made = InfographicFactory(
        **{"area": area, "theme": theme, "title": "Exampleshire STP: a worker in every practice", **fields}
    )
    panel(made, heading="A first talk <close> to home & soon", text="Anyone can see a worker. #eval $x$ *so* _it_ @is.")
    panel(made, heading="Within 14 days", text="Two weeks at most.", icon="calendar", order=2)
    details = PanelPart.PROJECT_DETAILS
    panel(made, details, heading="staff trained", text="Half a day each.", figure="412")
    panel(made, details, heading="Where", text="Around 290,000 people.", figure="290,000", icon="place", order=2)
    guidance = {"kind": PanelKind.CONTEXT, "source": "https://www.nice.org.uk/guidance/ng225", "order": 3}
    panel(made, details, heading="Guidance", text="Not a finding.", **guidance)
    panel(made, PanelPart.OUTCOME_MEASURES, heading="felt respected", text="240 answers.", figure="9 in 10")
    return made


def test_the_page_says_what_the_sheet_says_in_its_order(client):
    infographic = full()
    assert words_of_page(client, infographic) == words(" ".join(sheet(infographic).lines))


def test_readers_see_only_what_is_confirmed_and_staff_also_what_is_to_fill(client):
    infographic = full()
    panel(infographic, heading="Its own aims", text="For NCISH.", order=9, **TO_FILL)
    panel(infographic, heading="Hearsay", text="Nobody knows.", order=10, confirmed=False)
    assert "Its own aims" not in words_of_page(client, infographic)
    client.force_login(UserFactory(analyst=True))
    assert "Hearsay" not in words_of_page(client, infographic)
    client.force_login(UserFactory(curator=True))
    seen = words_of_page(client, infographic)
    assert f"{infographics.TO_FILL} Its own aims For NCISH." in seen
    assert f"{infographics.NOT_CONFIRMED} Hearsay" in seen


def test_a_part_of_which_nothing_is_known_says_so(client):
    infographic = InfographicFactory(title="Training")
    text = words_of_page(client, infographic)
    assert text.count(infographics.NOTHING_YET) == len(PanelPart)


def test_what_is_missing_is_said_in_the_words_of_its_text(client):
    infographic = InfographicFactory(
        text_alternative="A project. What was measured has not been copied to this site yet. It ends."
    )
    assert (
        sheet(infographic).missing
        == f"What was measured has not been copied to this site yet. {infographics.NO_RESULTS}"
    )
    infographic.text_alternative = "A project."
    infographic.save()
    assert sheet(infographic).missing == f"{infographics.STILL_TO_COME} {infographics.NO_RESULTS}"
    panel(infographic, PanelPart.OUTCOME_MEASURES, figure="9 in 10")
    assert infographics.NO_RESULTS not in sheet(infographic).missing
    infographic.status = InfographicStatus.COMPLETE
    infographic.save()
    assert sheet(infographic).missing == ""


@pytest.mark.parametrize(
    ("figure", "text", "before", "large"),
    [
        ("600,000", "Around 600,000 people.", "Around ", ""),
        ("600", "Around 600,000 people.", "Around 600,000 people.", "600"),
        ("60", "It took 60.5 days.", "It took 60.5 days.", "60"),
        ("60", "It took 60.", "It took ", ""),
        ("8 (of 9)", "Of them, 8 (of 9) came.", "Of them, ", ""),
        ("", "No number.", "No number.", ""),
    ],
)
def test_a_figure_is_said_once(figure, text, before, large):
    infographic = InfographicFactory()
    panel(infographic, figure=figure, text=text)
    (drawn,) = sheet(infographic).parts[0].panels
    assert (drawn.before, drawn.figure, drawn.text) == (before, large, text)


def test_so_many_in_ten_are_drawn_as_people():
    infographic = InfographicFactory()
    for order, figure in enumerate(["9 in 10", "10 in 10", "11 in 10", "9 in 100"]):
        panel(infographic, figure=figure, order=order)
    drawn = [sum(panel.people) for panel in sheet(infographic).parts[0].panels]
    assert drawn == [9, 10, 0, 0]


@pytest.mark.parametrize("panels", [1, 8])
def test_the_page_costs_the_same_queries_whatever_its_panels(client, django_assert_num_queries, panels):
    infographic = InfographicFactory()
    InfographicPanelFactory.create_batch(panels, infographic=infographic)
    AreaFactory.create_batch(panels)
    with django_assert_num_queries(QUERIES_OF_AN_INFOGRAPHIC):
        assert client.get(infographic.get_absolute_url()).status_code == 200


def test_headings_follow_each_other_and_nothing_carries_a_style(client):
    html = client.get(full().get_absolute_url()).content.decode()
    levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert "style=" not in html


def test_under_another_area_there_is_no_such_page(client):
    infographic = full()
    other = AreaFactory()
    address = infographic.get_absolute_url().replace(infographic.area.slug, other.slug)
    assert client.get(address).status_code == 404


def test_every_theme_and_icon_has_its_drawing(settings):
    drawings = settings.BASE_DIR / "templates" / "sites" / "drawings"
    assert {path.stem for path in (drawings / "icons").iterdir()} == set(PanelIcon.values)
    used = [*infographics.DRAWINGS.values(), infographics.PLAIN_DRAWING]
    assert {drawing.art for drawing in used} - {""} == {path.stem for path in (drawings / "art").iterdir()}
    assert {icon for drawing in used for icon in drawing[1:]} <= set(PanelIcon.values)
