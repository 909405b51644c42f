from django.db import migrations


class Migration(migrations.Migration):
    """Gives drafts that had none a date for their next review: six months after they were added, or last reviewed."""

    dependencies = [("resources", "0009_addresses_of_ways_in")]
    operations = [
        migrations.RunSQL(
            "UPDATE resources_resource"
            " SET review_due = (greatest(created_at::date, last_reviewed) + interval '6 months')::date"
            " WHERE review_due IS NULL",
            migrations.RunSQL.noop,
        )
    ]
