import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


#: What publishing.py and admin wrote before sentences had a kind; whatever else there is stays for staff.
WRITTEN = {"Added to the library.": "added", "Reviewed and published again.": "added", "Reviewed.": "reviewed"}


def sort(apps, schema_editor):
    ResourceChange = apps.get_model("resources", "ResourceChange")
    for sentence, kind in WRITTEN.items():
        ResourceChange.objects.filter(sentence=sentence).update(kind=kind)
    ResourceChange.objects.filter(sentence__startswith="Changed: ").update(kind="details")


class Migration(migrations.Migration):

    dependencies = [
        ('resources', '0003_fold_what_is_there'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='resourcechange',
            name='kind',
            field=models.CharField(choices=[('added', 'Added to the library'), ('replaced', 'Replaced by something newer'), ('withdrawn', 'Withdrawn'), ('status', 'In use, or in development'), ('link', 'Link changed or repaired'), ('edition', 'New edition'), ('details', 'Something else that readers see'), ('reviewed', 'Reviewed'), ('for_staff', 'For staff only')], db_default='for_staff', default='for_staff', max_length=10),
        ),
        migrations.AddField(
            model_name='resourcechange',
            name='successor',
            field=models.ForeignKey(blank=True, help_text='Readers are told its name while it is published.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='resources.resource', verbose_name='replaced by'),
        ),
        migrations.AddIndex(
            model_name='resourcechange',
            index=models.Index(fields=['-made_at', '-id'], name='resource_changes_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='resourcechange',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['added', 'replaced', 'withdrawn', 'status', 'link', 'edition', 'details', 'reviewed', 'for_staff'])), name='resource_change_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='resourcechange',
            constraint=models.CheckConstraint(condition=models.Q(('successor__isnull', True), ('kind', 'replaced'), _connector='OR'), name='resource_change_names_a_successor_only_if_replaced'),
        ),
        migrations.RunPython(sort, migrations.RunPython.noop),
    ]
