"""What readers saw before areas and infographics had a publication state, they see after."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE, AFTER = [("sites", "0003_suggestions")], [("sites", "0006_no_second_truth")]


@pytest.fixture
def back_to_the_newest():
    """Whatever came after, and whatever else depends on it, is there again for the next test."""
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.usefixtures("back_to_the_newest")
@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("C2")
def test_what_was_listed_is_published_and_what_was_off_the_list_is_put_away():
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    apps = executor.loader.project_state(BEFORE).apps
    region = apps.get_model("sites", "Region").objects.create(slug="north", name="North", code="Y1")
    theme = apps.get_model("sites", "Theme").objects.create(slug="training", title="Training", description="Courses.")
    facts = {"change_what": "Nothing.", "change_source": "https://example.org/", "certainty": "assumed"}
    facts |= {"programme_form": "ICS", "change_kind": "unchanged", "early_implementer_status": "likely"}
    infographics = []
    for number, is_listed in enumerate([True, False], start=1):
        place = f"Place {number}"
        area = apps.get_model("sites", "Area").objects.create(
            slug=f"place-{number}",
            name=place,
            place=place,
            short_name=place,
            ods_code=f"Q{number}",
            tile_row=1,
            tile_column=number,
            region=region,
            is_listed=is_listed,
            **facts,
        )
        infographics.append(
            apps.get_model("sites", "Infographic").objects.create(
                slug=f"project-{number}",
                area=area,
                theme=theme,
                title="A project",
                status="complete",
                text_alternative="It has not been copied to this site yet." if is_listed else "Courses for staff.",
            )
        )
    panel = {"part": "aims", "kind": "known", "heading": "What was done", "text": "A course."}
    apps.get_model("sites", "InfographicPanel").objects.create(infographic=infographics[0], icon="cat", **panel)

    executor = MigrationExecutor(connection)
    executor.migrate(AFTER)
    apps = executor.loader.project_state(AFTER).apps
    listed, off = apps.get_model("sites", "Area").objects.order_by("slug")
    assert (listed.publication_state, off.publication_state) == ("published", "archived")
    assert listed.published_at is not None
    claims, complete = apps.get_model("sites", "Infographic").objects.order_by("slug")
    assert {claims.publication_state, complete.publication_state} == {"published"}
    assert (claims.status, complete.status) == ("title-confirmed", "complete")
    assert apps.get_model("sites", "InfographicPanel").objects.get().icon == ""
    assert apps.get_model("sites", "SiteChange").objects.filter(sentence="Published.").count() == 3
