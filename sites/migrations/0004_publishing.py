import django.contrib.postgres.fields
import django.db.models.deletion
import selfharm_portal.publishing.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sites', '0003_suggestions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SiteChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('added', 'Published'), ('details', 'Something that readers see'), ('reviewed', 'Reviewed'), ('for_staff', 'For staff only')], max_length=10)),
                ('sentence', models.CharField(max_length=300)),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='when')),
            ],
            options={
                'verbose_name': 'change of an area or infographic',
                'verbose_name_plural': 'changes of areas and infographics',
                'ordering': ['-made_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='SiteReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='when')),
                ('checked', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('safe_words', 'Safe words: no method of self-harm, and nothing that blames'), ('sources', 'Sources: I opened the source of each fact, and it says this'), ('certainty', 'Certainty: what is not known or not confirmed says so, and no result is claimed beyond it'), ('privacy', 'Privacy: nobody can be recognised, by name, by place or by a small number'), ('words_alone', 'Words alone: whoever does not see map and pictures is told the same')], max_length=20), size=None, verbose_name='what was ticked')),
            ],
            options={
                'verbose_name': 'review of an area or infographic',
                'verbose_name_plural': 'reviews of areas and infographics',
                'ordering': ['-made_at', '-id'],
            },
        ),
        migrations.AddField(
            model_name='area',
            name='author',
            field=models.ForeignKey(blank=True, editable=False, help_text='Who added the item here, or sent it to review last. Somebody else publishes it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='written_%(class)ss', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='area',
            name='edited_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='Since when readers see something else than was reviewed.', null=True, verbose_name='edited since its review'),
        ),
        migrations.AddField(
            model_name='area',
            name='last_reviewed',
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='area',
            name='publication_state',
            field=models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('published', 'Published'), ('archived', 'Archived')], default='draft', editable=False, max_length=10),
        ),
        migrations.AddField(
            model_name='area',
            name='published_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='first published'),
        ),
        migrations.AddField(
            model_name='area',
            name='review_due',
            field=models.DateField(default=selfharm_portal.publishing.models.first_review),
        ),
        migrations.AddField(
            model_name='area',
            name='reviewer',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reviewed_%(class)ss', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='area',
            name='updated_at',
            field=models.DateTimeField(auto_now=True, verbose_name='changed'),
        ),
        migrations.AddField(
            model_name='infographic',
            name='author',
            field=models.ForeignKey(blank=True, editable=False, help_text='Who added the item here, or sent it to review last. Somebody else publishes it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='written_%(class)ss', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='infographic',
            name='edited_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='Since when readers see something else than was reviewed.', null=True, verbose_name='edited since its review'),
        ),
        migrations.AddField(
            model_name='infographic',
            name='last_reviewed',
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='infographic',
            name='publication_state',
            field=models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('published', 'Published'), ('archived', 'Archived')], default='draft', editable=False, max_length=10),
        ),
        migrations.AddField(
            model_name='infographic',
            name='published_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='first published'),
        ),
        migrations.AddField(
            model_name='infographic',
            name='review_due',
            field=models.DateField(default=selfharm_portal.publishing.models.first_review),
        ),
        migrations.AddField(
            model_name='infographic',
            name='reviewer',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reviewed_%(class)ss', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='infographic',
            name='updated_at',
            field=models.DateTimeField(auto_now=True, verbose_name='changed'),
        ),
        migrations.AlterField(
            model_name='infographic',
            name='status',
            field=models.CharField(choices=[('title-confirmed', 'Only the title is confirmed'), ('complete', 'Complete')], default='title-confirmed', editable=False, max_length=20),
        ),
        migrations.AlterField(
            model_name='infographicpanel',
            name='icon',
            field=models.CharField(blank=True, choices=[('book', 'Book'), ('calendar', 'Calendar'), ('chart', 'Chart'), ('clock', 'Clock'), ('gp', 'General practice'), ('home', 'Home'), ('hospital', 'Hospital'), ('letter', 'Letter'), ('path', 'Path'), ('people', 'People'), ('phone', 'Phone'), ('place', 'Place, drawn as a map'), ('plan', 'Plan'), ('question', 'Question'), ('screen', 'Screen'), ('signpost', 'Signpost'), ('talking', 'Two people talking'), ('training', 'Training')], default='', help_text='Empty: the drawing of its theme or part.', max_length=40),
        ),
        migrations.AddConstraint(
            model_name='area',
            constraint=models.CheckConstraint(condition=models.Q(('publication_state__in', ['draft', 'in_review', 'published', 'archived'])), name='area_publication_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='area',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('publication_state', 'published'), _negated=True), ('published_at__isnull', False), _connector='OR'), name='area_published_is_dated', violation_error_message='A published item has the day when it was first published.'),
        ),
        migrations.AddConstraint(
            model_name='area',
            constraint=models.CheckConstraint(condition=models.Q(('reviewer__isnull', True), ('author__isnull', True), models.Q(('reviewer', models.F('author')), _negated=True), _connector='OR'), name='area_reviewer_is_not_its_author', violation_error_message='The reviewer is somebody else than the author.'),
        ),
        migrations.AddConstraint(
            model_name='area',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('last_reviewed__isnull', True), ('reviewer__isnull', True)), models.Q(('last_reviewed__isnull', False), ('reviewer__isnull', False)), _connector='OR'), name='area_reviewer_and_day_of_review_go_together'),
        ),
        migrations.AddConstraint(
            model_name='area',
            constraint=models.CheckConstraint(condition=models.Q(('last_reviewed__isnull', True), ('review_due__gt', models.F('last_reviewed')), _connector='OR'), name='area_next_review_is_after_the_last', violation_error_code='review_due', violation_error_message='The next review comes after the last one.'),
        ),
        migrations.AddConstraint(
            model_name='infographic',
            constraint=models.CheckConstraint(condition=models.Q(('publication_state__in', ['draft', 'in_review', 'published', 'archived'])), name='infographic_publication_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='infographic',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('publication_state', 'published'), _negated=True), ('published_at__isnull', False), _connector='OR'), name='infographic_published_is_dated', violation_error_message='A published item has the day when it was first published.'),
        ),
        migrations.AddConstraint(
            model_name='infographic',
            constraint=models.CheckConstraint(condition=models.Q(('reviewer__isnull', True), ('author__isnull', True), models.Q(('reviewer', models.F('author')), _negated=True), _connector='OR'), name='infographic_reviewer_is_not_its_author', violation_error_message='The reviewer is somebody else than the author.'),
        ),
        migrations.AddConstraint(
            model_name='infographic',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('last_reviewed__isnull', True), ('reviewer__isnull', True)), models.Q(('last_reviewed__isnull', False), ('reviewer__isnull', False)), _connector='OR'), name='infographic_reviewer_and_day_of_review_go_together'),
        ),
        migrations.AddConstraint(
            model_name='infographic',
            constraint=models.CheckConstraint(condition=models.Q(('last_reviewed__isnull', True), ('review_due__gt', models.F('last_reviewed')), _connector='OR'), name='infographic_next_review_is_after_the_last', violation_error_code='review_due', violation_error_message='The next review comes after the last one.'),
        ),
        migrations.AddField(
            model_name='sitechange',
            name='area',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='sites.area'),
        ),
        migrations.AddField(
            model_name='sitechange',
            name='by',
            field=models.ForeignKey(blank=True, help_text='Empty where the portal itself made the change.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sitechange',
            name='infographic',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='sites.infographic'),
        ),
        migrations.AddField(
            model_name='sitereview',
            name='area',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='sites.area'),
        ),
        migrations.AddField(
            model_name='sitereview',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reviewer'),
        ),
        migrations.AddField(
            model_name='sitereview',
            name='infographic',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='sites.infographic'),
        ),
        migrations.AddConstraint(
            model_name='sitechange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('area__isnull', False), ('infographic__isnull', True)), models.Q(('area__isnull', True), ('infographic__isnull', False)), _connector='OR'), name='site_change_is_of_an_area_or_an_infographic'),
        ),
        migrations.AddConstraint(
            model_name='sitechange',
            constraint=models.CheckConstraint(condition=models.Q(('sentence', ''), _negated=True), name='site_change_is_said_in_a_sentence'),
        ),
        migrations.AddConstraint(
            model_name='sitechange',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['added', 'details', 'reviewed', 'for_staff'])), name='site_change_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='sitereview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('area__isnull', False), ('infographic__isnull', True)), models.Q(('area__isnull', True), ('infographic__isnull', False)), _connector='OR'), name='site_review_is_of_an_area_or_an_infographic'),
        ),
        migrations.AddConstraint(
            model_name='sitereview',
            constraint=models.CheckConstraint(condition=models.Q(('checked__contained_by', ['safe_words', 'sources', 'certainty', 'privacy', 'words_alone']), ('checked__contains', ['safe_words', 'sources', 'certainty', 'privacy', 'words_alone'])), name='site_review_ticks_the_whole_checklist'),
        ),
    ]
