"""An area that does not exist: what an infographic looks like once everything is known, and when there is too much.

For tests and for the pictures of docs/infographics.md only. Every word and number is made up, and every panel says so.
"""

from typing import NamedTuple

from sites.models import Area, Infographic, InfographicStatus, PanelKind, PanelPart, Region, Theme
from tests.factories import AreaFactory, InfographicFactory, InfographicPanelFactory, RegionFactory, ThemeFactory

SOURCE = "made up, as an example"
TITLE = "Exampleshire, made up as an example: a self-harm worker in every GP practice"
#: Longer than any word of the programme; it has no place where a line may break.
LONGEST_WORD = "Selbstverletzungsnachsorgekoordinierungsstelle"


class Statement(NamedTuple):
    part: PanelPart
    heading: str
    text: str
    figure: str = ""
    icon: str = ""
    kind: PanelKind = PanelKind.KNOWN


COMPLETE = [
    Statement(
        PanelPart.AIMS,
        "A first talk close to home",
        "Anyone who has self-harmed can see a trained worker at their own GP practice, without going to hospital.",
        icon="gp",
    ),
    Statement(
        PanelPart.AIMS,
        "Within 14 days",
        "The first talk takes place within two weeks of the referral.",
        icon="calendar",
    ),
    Statement(PanelPart.PROJECT_DETAILS, "GP practices", "take part, in towns and villages.", "18"),
    Statement(PanelPart.PROJECT_DETAILS, "staff trained", "from reception to nursing, half a day each.", "412"),
    Statement(PanelPart.PROJECT_DETAILS, "peer workers", "with experience of their own teach on every course.", "6"),
    Statement(
        PanelPart.PROJECT_DETAILS,
        "A plan made together",
        "The person keeps it, and says who else reads it.",
        icon="plan",
    ),
    Statement(PanelPart.PROJECT_DETAILS, "A call one week later", "From the same worker, as agreed.", icon="phone"),
    Statement(
        PanelPart.PROJECT_DETAILS, "Where", "All of Exampleshire, where around 290,000 people live.", "290,000", "place"
    ),
    Statement(
        PanelPart.OUTCOME_MEASURES,
        "Less than half the wait",
        "Median wait for the first talk, before and after the workers started (12 months each).",
        "31 to 12 days",
    ),
    Statement(
        PanelPart.OUTCOME_MEASURES,
        "felt treated with compassion and respect",
        "240 people answered.",
        "9 in 10",
    ),
]

RICH_TITLE = (
    "Exampleshire, made up as an example, and all of its coast: a conversation about needs, "
    "strengths and safety for everyone who comes"
)
#: As much as a team may wish to say, and a word or number of every awkward length.
RICH = [
    *COMPLETE[:2],
    Statement(
        PanelPart.AIMS,
        "People say what they need in their own words, and nobody is asked the same questions twice by different teams",
        "What was said is written down once, with the person, and goes with them.",
        icon="talking",
    ),
    Statement(PanelPart.AIMS, LONGEST_WORD, f"A {LONGEST_WORD} brings the teams together.", icon="people"),
    *COMPLETE[2:8],
    Statement(PanelPart.PROJECT_DETAILS, "people were offered it", "in two years.", "between 1,200 and 1,350"),
    Statement(PanelPart.PROJECT_DETAILS, "A number in its own words", f"Held in {LONGEST_WORD}.", LONGEST_WORD[:30]),
    Statement(
        PanelPart.PROJECT_DETAILS,
        "What national guidance says",
        "Everyone who self-harms is to be offered a full assessment of their needs. This is guidance, and says nothing "
        "about Exampleshire.",
        kind=PanelKind.CONTEXT,
    ),
    *COMPLETE[8:],
    Statement(PanelPart.OUTCOME_MEASURES, "of staff felt confident", "after a year, of 96 who answered.", "83%"),
    Statement(PanelPart.OUTCOME_MEASURES, "said nothing had changed", "240 people answered.", "2 in 10"),
    Statement(
        PanelPart.OUTCOME_MEASURES,
        "What is still open",
        "Whether people come back to hospital less often: too few months have passed to say.",
        icon="question",
    ),
]


def area() -> Area:
    """No area of the programme, on a tile that no area has."""
    return AreaFactory(
        slug="exampleshire",
        name="Exampleshire",
        place="Exampleshire",
        short_name="Exampleshire",
        region=Region.objects.first() or RegionFactory(),
        tile_row=4,
        tile_column=2,
        summary="Exampleshire does not exist. It shows what an infographic looks like once everything is known.",
    )


def infographic(of: Area, key: str, title: str, theme: str, statements: list[Statement]) -> Infographic:
    """Complete if it says anything about outcomes."""
    says_outcomes = any(each.part == PanelPart.OUTCOME_MEASURES for each in statements)
    made = InfographicFactory(
        slug=f"exampleshire-{key}",
        area=of,
        theme=Theme.objects.filter(slug=theme).first() or ThemeFactory(slug=theme),
        title=title,
        status=InfographicStatus.COMPLETE if says_outcomes else InfographicStatus.TITLE_CONFIRMED,
        text_alternative="This infographic is an example, and every word and number in it is made up.",
    )
    for order, statement in enumerate(statements):
        InfographicPanelFactory(infographic=made, order=order, source=SOURCE, **statement._asdict())
    return made


def infographics() -> dict[str, Infographic]:
    """A complete one, one with too much, one with a single statement, and one with none."""
    of = area()
    return {
        "complete": infographic(of, "complete", TITLE, "primary-care", COMPLETE),
        "rich": infographic(of, "rich", RICH_TITLE, "psychosocial-assessment", RICH),
        "one": infographic(of, "one", "Somebody who has been there", "peer-support", COMPLETE[:1]),
        "none": infographic(of, "none", "A plan for hard days", "safety-planning", []),
    }
