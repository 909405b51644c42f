"""What belongs to an area is reached by views through `visible_to` alone: read from their source."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

OF_AN_AREA = {
    "Question",
    "ReminderByHand",
    "Submission",
    "SubmissionRevision",
    "MeasureValue",
    "DraftEntry",
    "DraftQueryAnswer",
    "QueryAnswer",
    "SubmissionEvent",
    "AreaMembership",
    "Invitation",
    "Suggestion",
    "LimitsDecision",
    "Story",
}

VIEWS = sorted(
    path
    for folder in ("measures", "resources", "sites", "selfharm_portal")
    for path in Path(folder).rglob("*.py")
    if "views" in path.stem or path.stem in ("access", "feeds", "health", "desk", "styleguide", "forms", "search")
)


def bare_questions(source: str) -> Iterator[str]:
    """`Submission.objects.filter`, and whatever else is asked of all rows before it is said who asks."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr != "visible_to" and is_manager_of_an_area(node.value):
            yield f"line {node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.Call) and any(is_manager_of_an_area(given) or is_model(given) for given in node.args):
            yield f"line {node.lineno}: {ast.unparse(node)}"  # get_object_or_404(Submission, ...)


def is_manager_of_an_area(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr in ("objects", "_default_manager", "_base_manager")
        and is_model(node.value)
    )


def is_model(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name in OF_AN_AREA


@pytest.mark.requirement("F4")
@pytest.mark.parametrize("path", VIEWS, ids=str)
def test_views_say_who_asks(path):
    assert list(bare_questions(path.read_text())) == []


def test_there_are_views_to_read():
    assert {"measures/submission_views.py", "selfharm_portal/pages/desk.py"} <= {str(path) for path in VIEWS}


@pytest.mark.parametrize(
    "source",
    [
        "Submission.objects.filter(area=area)",
        "Submission.objects.get(pk=1)",
        "models.DraftEntry.objects.all()",
        "MeasureValue._default_manager.count()",
        "get_object_or_404(Submission, pk=1)",
        "get_object_or_404(AreaMembership.objects, pk=1)",
        "a = 1\nfor month in SubmissionEvent.objects.order_by('when'): pass",
    ],
)
def test_a_bare_question_is_found(source):
    assert len(list(bare_questions(source))) == 1


@pytest.mark.parametrize(
    "source",
    ["Submission.objects.visible_to(user).filter(area=area)", "Page.objects.filter(key=key)", "Submission.State"],
)
def test_others_may_be_asked(source):
    assert list(bare_questions(source)) == []
