from django.db import migrations

from resources import indexing
from selfharm_portal.history import kept


def fold(apps, schema_editor):
    """In batches; the search columns only, of which the history keeps nothing."""
    Resource = apps.get_model("resources", "Resource")
    keys = list(Resource.objects.order_by("pk").values_list("pk", flat=True))
    if keys:
        kept.attach(schema_editor.connection)  # before the first write: it says which columns to leave out
    for start in range(0, len(keys), indexing.BATCH):
        rows = Resource.objects.filter(pk__in=keys[start : start + indexing.BATCH])
        items = list(rows.prefetch_related("topics", "resource_publishers__publisher"))
        for item in items:
            for column, text in indexing.texts_of(item).items():
                setattr(item, column, text)
        Resource.objects.bulk_update(items, indexing.COLUMNS)


class Migration(migrations.Migration):
    dependencies = [("resources", "0002_search_columns")]
    operations = [migrations.RunPython(fold, migrations.RunPython.noop)]
