from django.db import migrations
from django.utils import timezone

ICONS = [
    *("book", "calendar", "chart", "clock", "gp", "home", "hospital", "letter", "path"),
    *("people", "phone", "place", "plan", "question", "screen", "signpost", "talking", "training"),
]
CLAIMS_A_GAP = r"\syet[.!?]|copied to this site|to be added|what we can say today|in this version"


def publish(apps, schema_editor):
    """What readers see stays before them; areas off the list are put away."""
    Area, Infographic = apps.get_model("sites", "Area"), apps.get_model("sites", "Infographic")
    SiteChange = apps.get_model("sites", "SiteChange")
    before_readers = {"publication_state": "published", "published_at": timezone.now()}
    Area.objects.filter(is_listed=False).update(publication_state="archived")
    Area.objects.filter(is_listed=True).update(**before_readers)
    Infographic.objects.update(**before_readers)
    said = {"kind": "added", "sentence": "Published."}
    SiteChange.objects.bulk_create(
        [
            *(SiteChange(area=area, **said) for area in Area.objects.filter(is_listed=True)),
            *(SiteChange(infographic=infographic, **said) for infographic in Infographic.objects.all()),
        ]
    )


def put_in_order(apps, schema_editor):
    """What the constraints of the next migration would refuse."""
    claims = apps.get_model("sites", "Infographic").objects.filter(text_alternative__iregex=CLAIMS_A_GAP)
    claims.filter(status="complete").update(status="title-confirmed")
    apps.get_model("sites", "InfographicPanel").objects.exclude(icon__in=["", *ICONS]).update(icon="")


def back_on_the_list(apps, schema_editor):
    areas = apps.get_model("sites", "Area").objects
    areas.update(is_listed=False)
    areas.filter(publication_state="published").update(is_listed=True)


class Migration(migrations.Migration):
    """Areas and infographics stand where the library's items do, in publication_state."""

    dependencies = [("sites", "0004_publishing")]
    operations = [
        migrations.RunPython(publish, back_on_the_list),
        migrations.RunPython(put_in_order, migrations.RunPython.noop),
    ]
