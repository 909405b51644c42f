"""Every address x every role, by GET and by POST, is what the table in permissions_by_url.py says."""

import logging
from pathlib import Path

import pytest
from django.urls import reverse

from tests import every_address
from tests.permissions_by_url import MODEL_ADDRESSES, PEOPLE, address_rows, documentation, model_rows


@pytest.fixture
def portal(db, caplog):
    caplog.set_level(logging.CRITICAL, logger="django.request")  # refusals, by the thousand
    return every_address.Portal()


@pytest.mark.requirement("F4")
def test_every_address_has_a_row_and_every_row_an_address():
    named = {row.name.partition(" (")[0] for row in address_rows()}
    named |= {f"admin:{row.model.replace('.', '_')}_{page}" for row in model_rows() for page in MODEL_ADDRESSES}
    there = every_address.addresses()
    assert there - named == set(), "addresses without a row in permissions_by_url.py"
    assert named - there == set(), "rows without an address"


@pytest.mark.requirement("F4")
def test_every_model_of_admin_has_its_row_once():
    rows = [row.model for row in model_rows()]
    assert sorted(rows) == sorted(set(every_address.models_in_admin()) - {"history.entry"})  # by part, among ADDRESSES


@pytest.mark.requirement("F4")
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("person", PEOPLE)
def test_the_portal_answers_as_the_table_says(portal, person, method):
    wrong = {}
    for row in address_rows():
        path = portal.path(row.name)
        answer = every_address.said(portal.visit(person, method, path))
        if answer != (expected := row.get[person] if method == "GET" else row.post[person]):
            wrong[row.name] = f"{answer}, not {expected}"
    assert wrong == {}


@pytest.mark.requirement("F4")
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("person", PEOPLE)
def test_admin_answers_as_the_table_says(portal, person, method):
    wrong = {}
    for row in model_rows():
        with every_address.a_row_of(row.model) as made:
            for page in MODEL_ADDRESSES:
                args = [] if page in ("changelist", "add") else [made.pk]
                path = reverse(f"admin:{row.model.replace('.', '_')}_{page}", args=args)
                answer = every_address.said(portal.visit(person, method, path))
                get, post = row.answers(person, page)
                if answer != (expected := get if method == "GET" else post):
                    wrong[path] = f"{answer}, not {expected}"
    assert wrong == {}


def test_the_documentation_is_the_table():
    written = Path("docs/permissions.md")
    assert written.read_text() == documentation(), f"python -m tests.permissions_by_url > {written}"
