"""Areas and infographics are published like the library's items, and what is not published is nowhere."""

from contextlib import nullcontext
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from selfharm_portal.publishing import moves, review_dates
from selfharm_portal.publishing.models import PublicationState
from sites.models import Area, Check, Infographic
from tests.factories import (
    AreaFactory,
    AreaLinkFactory,
    InfographicFactory,
    InfographicPanelFactory,
    MilestoneFactory,
    SiteChangeFactory,
    SiteReviewFactory,
    ThemeFactory,
    UserFactory,
)
from tests.resources.at_the_desk import change_url, press, said, tick

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C1"), pytest.mark.requirement("C2")]

SAVE = "_continue"
BOTH = pytest.mark.parametrize("factory", [AreaFactory, InfographicFactory])


@pytest.fixture
def curator(client):
    curator = UserFactory(curator=True)
    client.force_login(curator)
    return curator


def sentences(row):
    return list(row.changes.order_by("id").values_list("sentence", "by__name"))


class TestTheSameMovesAsTheLibrary:
    @BOTH
    def test_from_draft_to_readers_with_two_people_and_a_checklist(self, factory):
        writer, second = UserFactory(curator=True), UserFactory(curator=True)
        row = moves.send_to_review(factory(draft=True), by=writer)
        with pytest.raises(moves.SecondPersonNeeded):
            moves.publish(row, by=writer, checked=Check.values)
        with pytest.raises(moves.NotChecked):
            moves.publish(row, by=second, checked=[Check.SOURCES])

        published = moves.publish(row, by=second, checked=Check.values)
        today = timezone.localdate()
        assert (published.reviewer, published.review_due) == (second, review_dates.next_review(today))
        assert sentences(row) == [("Sent to review.", writer.name), ("Published.", second.name)]
        assert list(row.reviews.values_list("by", flat=True)) == [second.pk]

    @BOTH
    @pytest.mark.parametrize(("here", "there"), list(product(PublicationState, repeat=2)))
    def test_only_the_moves_of_the_table_may_be_made(self, factory, here, there):
        row = factory(publication_state=here)
        refusal = nullcontext() if (here, there) in moves.MOVES else pytest.raises(moves.MoveNotAllowed)
        with refusal:
            moves.check_move(row, there, by=UserFactory(curator=True))

    @BOTH
    def test_an_edit_goes_live_and_waits_for_somebody_else(self, factory):
        editor, second = UserFactory(curator=True), UserFactory(curator=True)
        row = factory()
        moves.edited(row, [moves.Said("details", "Changed: title.")], by=editor)
        row.refresh_from_db()
        assert row.edited_at is not None
        assert list(type(row).objects.edited_since_review()) == [row]
        with pytest.raises(moves.SecondPersonNeeded, match="You changed it since its review"):
            moves.confirm_review(row, by=editor, checked=Check.values)
        assert moves.confirm_review(row, by=second, checked=Check.values).edited_at is None

    @BOTH
    @pytest.mark.parametrize(
        ("fields", "broken_rule"),
        [
            ({"publication_state": "shown"}, "publication_state_is_known"),
            ({"published_at": None}, "published_is_dated"),
            ({"last_reviewed": timezone.localdate()}, "reviewer_and_day_of_review_go_together"),
        ],
    )
    def test_the_table_refuses_an_impossible_state(self, factory, fields, broken_rule):
        with pytest.raises(IntegrityError, match=broken_rule), transaction.atomic():
            factory(**fields)

    @pytest.mark.parametrize(
        ("make", "broken_rule"),
        [
            (lambda: SiteChangeFactory(infographic=InfographicFactory(), area=AreaFactory()), "of_an_area_or_an"),
            (lambda: SiteChangeFactory(sentence=""), "said_in_a_sentence"),
            (lambda: SiteChangeFactory(kind="gossip"), "kind_is_known"),
            (lambda: SiteReviewFactory(infographic=InfographicFactory(), area=AreaFactory()), "of_an_area_or_an"),
            (lambda: SiteReviewFactory(checked=[Check.SOURCES]), "ticks_the_whole_checklist"),
        ],
    )
    def test_the_table_refuses_half_a_history(self, make, broken_rule):
        with pytest.raises(IntegrityError, match=broken_rule), transaction.atomic():
            make()


class TestAtTheDesk:
    @BOTH
    def test_buttons_and_checklist_publish_it(self, client, curator, factory):
        row = factory(draft=True)
        assert "is sent to review" in said(press(client, row, "_send_to_review"))[-1]
        assert b"somebody else has to publish it" in client.get(change_url(row)).content

        client.force_login(UserFactory(curator=True))
        checklist = press(client, row, "_publish")
        assert checklist.template_name == "admin/publishing/review.html"
        address = checklist.redirect_chain[-1][0]
        half = tick(client, address, leave_out=[Check.PRIVACY], checks=Check)
        assert b"1 of 5 points need another look" in half.content
        assert "is published" in said(tick(client, address, checks=Check))[-1]
        row.refresh_from_db()
        assert row.is_published

    def test_an_edit_of_an_area_is_told_in_a_sentence_without_what_is_for_staff(self, client, curator):
        area = AreaFactory()
        press(client, area, SAVE, aims="To listen.", to_check="Is it so?")
        assert sentences(area) == [("Changed: aims.", curator.name)]
        area.refresh_from_db()
        assert (area.aims, area.edited_at is not None) == ("To listen.", True)
        press(client, area, SAVE, provenance="A page.")
        assert len(sentences(area)) == 1

    def test_an_edit_of_panels_is_one_of_the_infographic(self, client, curator):
        infographic = InfographicFactory()
        InfographicPanelFactory(infographic=infographic)
        press(client, infographic, SAVE, **{"panels-0-heading": "Another"})
        assert sentences(infographic) == [("Changed: infographic panels.", curator.name)]

    def test_what_is_added_here_is_a_draft_of_its_author(self, client, curator):
        theme, area = ThemeFactory(), AreaFactory()
        url = reverse("admin:sites_infographic_add")
        data = {
            "area": area.pk,
            "theme": theme.pk,
            "title": "A new project",
            "slug": "a-new-project",
            "order": "1",
            "text_alternative": "The same.",
            "review_due": "2027-01-01",
            "panels-TOTAL_FORMS": "0",
            "panels-INITIAL_FORMS": "0",
        }
        client.post(url, data)
        infographic = Infographic.objects.get()
        assert (infographic.publication_state, infographic.author) == (PublicationState.DRAFT, curator)
        assert sentences(infographic) == [("Added as a draft.", curator.name)]

    def test_the_address_stays_once_published(self, client, curator):
        area = AreaFactory()
        press(client, area, SAVE, slug="elsewhere")
        area.refresh_from_db()
        assert area.slug != "elsewhere"

    def test_milestones_of_an_area_stand_by_date_and_are_hidden_instead_of_deleted(self, client, curator):
        area = AreaFactory()
        later = MilestoneFactory(area=area, date="2024-05-01")
        earlier = MilestoneFactory(area=area, date="2022-05-01")
        inlines = client.get(change_url(area)).context["inline_admin_formsets"]
        [milestones] = [each for each in inlines if each.formset.prefix == "milestones"]
        assert [form.instance for form in milestones.formset.initial_forms] == [earlier, later]
        assert not milestones.formset.can_delete
        press(client, area, SAVE, **{"milestones-0-is_hidden": "on"})
        earlier.refresh_from_db()
        assert earlier.is_hidden

    @BOTH
    def test_the_list_says_how_each_stands_at_the_same_cost(self, client, curator, factory, django_assert_num_queries):
        factory(draft=True)
        factory(edited_at=timezone.now())
        url = reverse(f"admin:sites_{factory._meta.model._meta.model_name}_changelist")
        client.get(url)
        with django_assert_num_queries(QUERIES_OF_A_LIST[factory]):
            html = client.get(url).content.decode()
        assert "Published, edited since its review" in html
        factory.create_batch(6)
        with django_assert_num_queries(QUERIES_OF_A_LIST[factory]):
            client.get(url)


QUERIES_OF_A_LIST = {AreaFactory: 9, InfographicFactory: 9}

#: Each has words of its own, so that it is seen wherever it is named.
SECRET = "Zqsecretqz"


#: What readers do not see.
HIDDEN = [PublicationState.DRAFT, PublicationState.IN_REVIEW, PublicationState.ARCHIVED]


def hidden_rows():
    """A theme, a published area, and infographics that are hidden, or whose area is, with what hangs on both."""
    theme, there = ThemeFactory(), AreaFactory()
    rows = []
    for state in HIDDEN:
        shown = AreaFactory()
        hidden = AreaFactory(place=f"{SECRET} {state}", region=there.region, summary=SECRET, publication_state=state)
        rows.append(InfographicFactory(area=shown, theme=theme, title=f"{SECRET} one", publication_state=state))
        rows.append(InfographicFactory(area=hidden, theme=theme, title=f"{SECRET} two"))
        AreaLinkFactory(area=hidden, title=SECRET)
        MilestoneFactory(area=hidden, title=SECRET, confirmed=True)
        for area in (shown, hidden):
            area.themes.add(theme)
    for infographic in rows:
        InfographicPanelFactory(infographic=infographic, heading=SECRET, text=SECRET)
    return theme, there, rows


class TestWhatIsNotPublished:
    def test_no_public_page_names_it(self, client):
        theme, there, rows = hidden_rows()
        pages = [
            reverse("home"),
            reverse("sites:list"),
            f"{reverse('sites:list')}?theme={theme.slug}&region={there.region.slug}",
            theme.get_absolute_url(),
            there.get_absolute_url(),
            f"{reverse('search')}?q={SECRET}",
            reverse("sitemap"),
            reverse("measures:list"),
            *(row.area.get_absolute_url() for row in rows if row.area.is_published),
        ]
        for page in pages:
            answer = client.get(page)
            assert answer.status_code == 200, page
            html = answer.content.decode().replace(f'value="{SECRET}"', "").replace(f"“{SECRET}”", "")
            assert SECRET not in html.replace(f"{SECRET} - Search", ""), page
            for row in rows:
                assert row.get_absolute_url() not in html, page
                assert row.area.is_published or row.area.get_absolute_url() not in html, page

    def test_its_addresses_and_files_are_not_there_for_readers(self, client):
        for row in hidden_rows()[2]:
            given = [row.area.slug, row.slug]
            for name in ("infographic", "infographic_pdf", "infographic_png"):
                assert client.get(reverse(f"sites:{name}", args=given)).status_code == 404
            expected = 200 if row.area.is_published else 404
            assert client.get(row.area.get_absolute_url()).status_code == expected

    def test_a_curator_sees_its_page_as_readers_will(self, client):
        infographic = InfographicFactory(draft=True)
        InfographicPanelFactory(infographic=infographic)
        client.force_login(UserFactory(curator=True))
        before = client.get(infographic.get_absolute_url()).content.decode()
        assert "Draft: " in before
        assert '<meta name="robots" content="noindex">' in before
        Infographic.objects.update(publication_state=PublicationState.PUBLISHED, published_at=timezone.now())
        after = client.get(infographic.get_absolute_url()).content.decode()
        assert article(before) == article(after)

    def test_a_curator_tries_its_files_and_nobody_keeps_them(self, client):
        infographic = InfographicFactory(draft=True)
        client.force_login(UserFactory(curator=True))
        answer = client.get(reverse("sites:infographic_png", args=[infographic.area.slug, infographic.slug]))
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"

    def test_an_unpublished_area_is_previewed_too(self, client):
        area = AreaFactory(draft=True)
        client.force_login(UserFactory(curator=True))
        assert "Only curators see this page." in client.get(area.get_absolute_url()).content.decode()
        client.force_login(UserFactory(analyst=True))
        assert client.get(area.get_absolute_url()).status_code == 404

    def test_its_links_are_not_counted_as_seen_by_readers(self):
        from resources import links
        from resources.models import Link

        shown = InfographicPanelFactory(source="https://example.org/shown")
        InfographicPanelFactory(infographic__draft=True, source="https://example.org/hidden")
        InfographicPanelFactory(infographic__area__draft=True, source="https://example.org/hidden-area")
        links.gather()
        seen = set(Link.objects.filter(for_readers=True).values_list("url", flat=True))
        assert shown.source in seen
        assert not {url for url in seen if "hidden" in url}

    def test_published_and_shown_say_the_same_to_row_and_table(self):
        hidden_rows()
        InfographicFactory()
        assert {row.pk for row in Infographic.objects.all() if row.is_shown} == set(
            Infographic.objects.shown().values_list("pk", flat=True)
        )
        assert set(Area.objects.listed()) == set(Area.objects.published())


def article(html):
    return html[html.index("<article") : html.index("</article>")]
