import pytest
from django.template import Context, Template
from django.test import RequestFactory

from resources.models import Helpline
from selfharm_portal.pages import context_processors, help_lines

pytestmark = pytest.mark.django_db


def helpline(**fields):
    row = {
        "slug": "samaritans",
        "name": "Samaritans",
        "for_whom": "Anyone",
        "phone": "116 123",
        "phone_tel": "tel:116123",
        "hours": "24 hours a day",
        "cost": "free",
        "verified": True,
    }
    return Helpline.objects.create(**row | fields)


@pytest.mark.requirement("K1")
def test_the_four_lines_show_also_where_the_database_is_empty():
    assert [line.detail for line in help_lines.urgent_lines()] == ["Call 999", "111, option 2", "116 123", "85258"]


@pytest.mark.requirement("K1")
@pytest.mark.parametrize("change", [{"verified": False}, {"phone": "116 124", "phone_tel": "tel:116124"}])
def test_a_line_that_staff_do_not_vouch_for_is_left_out(change):
    helpline(**change)
    assert "samaritans" not in [line.slug for line in help_lines.urgent_lines()]


@pytest.mark.requirement("K1")
def test_emergency_numbers_stand_whatever_the_rows_say():
    helpline(slug="emergency-999", verified=False)
    helpline(slug="nhs-111-mental-health", verified=False)
    assert len(help_lines.urgent_lines()) == 4


def test_a_text_line_agrees_by_its_words():
    helpline(slug="shout", phone="", phone_tel="", sms="Text SHOUT to 85258")
    assert len(help_lines.urgent_lines()) == 4


def test_the_strip_asks_once_and_only_if_it_is_shown(django_assert_num_queries):
    request = RequestFactory().get("/")
    with django_assert_num_queries(0):
        context = Context(context_processors.portal(request))
        assert Template("{{ help_url }}").render(context) == "/get-help/"
    with django_assert_num_queries(1):
        lines = "{% for line in urgent_lines %}{{ line.label }} {{ line.href }} {{ line.detail }}|{% endfor %}"
        assert "Samaritans tel:116123 116 123|" in Template(lines + lines).render(context)


@pytest.mark.parametrize(
    ("words", "link"),
    [
        ("Text SHOUT to 85258", "sms:85258?body=SHOUT"),
        ('Text "help" to 81066', "sms:81066?body=help"),
        ("Text 88247", "sms:88247"),
        ('Text 999. You must register first: text "register" to 999', ""),
        ("", ""),
    ],
)
def test_simple_words_become_a_text_link(words, link):
    assert help_lines._text_link(words) == link


def test_a_call_has_its_button_and_says_the_rest():
    row = helpline(
        phone="111, then choose the mental health option",
        phone_tel="tel:111",
        url="https://111.nhs.uk/",
        note="Someone else can call for you.",
        urgent=True,
    )
    [call], others = help_lines.calls([row])
    assert (call.action, call.href) == ("Call 111", "tel:111")
    assert call.text == "Anyone. Call 111, then choose the mental health option. Someone else can call for you."
    assert call.hours == "Free. 24 hours a day"
    assert call.also == [help_lines.Way("Website", "https://111.nhs.uk/")]
    assert others == []


def test_a_line_with_a_website_only_opens_it():
    row = helpline(slug="bsl", name="999 BSL: video call", phone="", phone_tel="", url="https://999bsl.co.uk/")
    _, [call] = help_lines.calls([row])
    assert (call.action, call.href) == ("Open 999 BSL", "https://999bsl.co.uk/")


def test_without_rows_the_four_lines_are_the_calls():
    first, others = help_lines.calls([])
    assert [call.href for call in first] == [line.href for line in help_lines.LINES]
    assert others == []
