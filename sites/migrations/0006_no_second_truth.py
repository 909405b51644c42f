from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sites', '0005_what_is_listed_is_published'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='area',
            name='is_listed',
        ),
        migrations.AddConstraint(
            model_name='infographic',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'complete'), _negated=True), models.Q(('text_alternative__iregex', '\\syet[.!?]|copied to this site|to be added|what we can say today|in this version'), _negated=True), _connector='OR'), name='infographic_complete_says_of_nothing_that_it_is_missing', violation_error_code='text_alternative', violation_error_message='Nothing is left to fill, so this may no longer say that something is not here yet. Write what the infographic says now, in one paragraph.'),
        ),
        migrations.AddConstraint(
            model_name='infographicpanel',
            constraint=models.CheckConstraint(condition=models.Q(('icon__in', ['', 'book', 'calendar', 'chart', 'clock', 'gp', 'home', 'hospital', 'letter', 'path', 'people', 'phone', 'place', 'plan', 'question', 'screen', 'signpost', 'talking', 'training'])), name='panel_icon_is_known'),
        ),
    ]
