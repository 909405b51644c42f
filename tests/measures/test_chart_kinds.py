"""The one table from kind and counts to a chart, and that it is written down as it is."""

import subprocess
import sys

import pytest
import yaml
from django.conf import settings

from measures.statistics import chart_kinds
from measures.statistics.chart_kinds import Override, choose

pytestmark = pytest.mark.requirement("G2")


@pytest.mark.parametrize(
    ("kind", "denominators", "chart"),
    [
        ("proportion", [60, 58, None], "xmr"),
        ("proportion", [4000, 5000], "xmr"),
        ("count", [], "xmr"),
        ("count", [None, None], "xmr"),
        ("median_days", [11, 14], "xmr"),
        ("mean_score", [16], "xmr"),
        ("rate", [], "u"),
        ("rate", [None], "u"),
        ("rate", [999, 999], "u"),
        ("rate", [1000, 1000], "up"),
        ("rate", [40, 40, 285_000], "u"),
        ("rate", [40, 285_000, 285_000], "up"),
    ],
)
def test_kind_and_counts_decide(kind, denominators, chart):
    chosen = choose("SH01", kind, denominators)
    assert chosen.chart == chart
    assert chosen.why.startswith(chart_kinds.CALLED[chart])
    assert chosen.why.endswith(".")
    assert chosen.caution == ""


@pytest.mark.parametrize("code", ["SH09", "SH12", "SH23", "SH25"])
def test_measures_of_much_the_same_people_each_month_have_a_caution_whatever_their_chart(code):
    for override in (None, Override("p", "The groups differ in size")):
        caution = choose(code, "proportion", [60], override).caution
        assert "much the same" in caution
        assert "too narrow" in caution
    assert ("staff" in choose(code, "proportion").caution) == (code == "SH25")


def test_what_ncish_chose_goes_first_with_its_reason():
    chosen = choose("SH17", "proportion", [5], Override("run", "fewer than ten people a month"))
    assert chosen == ("run", "Run chart, chosen by NCISH: fewer than ten people a month.", "")


@pytest.mark.parametrize(
    ("kind", "chart"), [("count", "p"), ("count", "u"), ("proportion", "u"), ("rate", "p"), ("median_days", "pp")]
)
def test_a_chart_that_its_numbers_cannot_give_is_refused(kind, chart):
    with pytest.raises(ValueError, match="can have"):
        choose("SH01", kind, [], Override(chart, "because"))


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="unknown kind of measure: ratio"):
        choose("SH01", "ratio")


def test_every_kind_of_the_dictionary_has_a_row():
    written = yaml.safe_load((settings.BASE_DIR / "fixtures" / "measures.yaml").read_text(encoding="utf-8"))
    kinds = {kind["key"]: kind["chart"] for kind in written["kinds"]}
    assert set(kinds) == {row.kind for row in chart_kinds.TABLE} == set(chart_kinds.CHOICES)
    for kind, charts in kinds.items():
        assert set(charts) <= set(chart_kinds.CHOICES[kind])
    assert set(chart_kinds.CAUTIONS) <= {measure["code"] for measure in written["measures"]}


def test_the_table_is_written_down_as_it_is():
    written = (settings.BASE_DIR / "docs" / "statistics.md").read_text()
    for row in chart_kinds.TABLE:
        assert f"| {row.kind} | {row.counts} | {chart_kinds.CALLED[row.chart]} | {row.why} |" in written
    assert chart_kinds.TOO_FEW in written


def test_it_knows_nothing_of_django():
    statistics = ["chart_kinds", "findings", "stale_limits"]
    modules = ", ".join([f"measures.statistics.{name}" for name in statistics] + ["measures.sentence_examples"])
    told = subprocess.run(
        [sys.executable, "-c", f"import sys, {modules}; print([m for m in sys.modules if m.startswith('django')])"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "[]"
