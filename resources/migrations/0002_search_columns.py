import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):
    """The folded columns, and the vector that PostgreSQL makes of them; 0003 fills them for the rows that are there."""

    dependencies = [
        ('resources', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='resource',
            name='search_people',
            field=models.TextField(db_default='', default='', editable=False),
        ),
        migrations.AddField(
            model_name='resource',
            name='search_summary',
            field=models.TextField(db_default='', default='', editable=False),
        ),
        migrations.AddField(
            model_name='resource',
            name='search_title',
            field=models.TextField(db_default='', default='', editable=False),
        ),
        migrations.AddField(
            model_name='resource',
            name='search_topics',
            field=models.TextField(db_default='', default='', editable=False),
        ),
        migrations.AddField(
            model_name='resource',
            name='search_vector',
            field=models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector('search_title', config='english', weight='A'), '||', django.contrib.postgres.search.SearchVector('search_topics', config='english', weight='B'), django.contrib.postgres.search.SearchConfig('english')), '||', django.contrib.postgres.search.SearchVector('search_summary', config='english', weight='C'), django.contrib.postgres.search.SearchConfig('english')), '||', django.contrib.postgres.search.SearchVector('search_people', config='english', weight='D'), django.contrib.postgres.search.SearchConfig('english')), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddIndex(
            model_name='resource',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search_vector'], name='resource_is_found_by_its_words'),
        ),
    ]
