"""Two records of one person become one, and can come apart again."""

import lachan.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='EndedIdentifier',
            fields=[
                ('pk', models.CompositePrimaryKey('person_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.UUIDField(default=lachan.kernel.ids.new_id)),
                ('person_id', models.UUIDField()),
                ('system', models.TextField()),
                ('trusted', models.BooleanField()),
                ('sealed', models.BinaryField()),
                ('since', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
                ('ended_by', models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.UUIDField(default=lachan.kernel.ids.new_id, primary_key=True, serialize=False)),
                ('survivor_id', models.UUIDField()),
                ('going_id', models.UUIDField()),
                ('status', models.TextField(default='merged')),
                ('reason', models.TextField()),
                ('evidence', models.JSONField(default=list)),
                ('actor_id', models.UUIDField()),
                ('merged_at', models.DateTimeField()),
                ('survivor_area_id', models.IntegerField(null=True)),
                ('going_area_id', models.IntegerField(null=True)),
                ('undone_at', models.DateTimeField(null=True)),
                ('undone_by', models.UUIDField(null=True)),
                ('undone_reason', models.TextField(default='')),
            ],
        ),
        migrations.CreateModel(
            name='MergedRow',
            fields=[
                ('pk', models.CompositePrimaryKey('merge_id', 'mover', blank=True, editable=False, primary_key=True, serialize=False)),
                ('merge_id', models.UUIDField()),
                ('mover', models.TextField()),
                ('kept', models.JSONField()),
            ],
        ),
        migrations.AddIndex(
            model_name='guardian',
            index=models.Index(models.F('guardian_id'), condition=models.Q(('guardian_id__isnull', False)), name='guardian_record'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(models.F('id'), condition=models.Q(('merged_into__isnull', False)), name='person_merged'),
        ),
        migrations.AddIndex(
            model_name='merge',
            index=models.Index(models.F('going_id'), name='merge_going'),
        ),
        migrations.AddIndex(
            model_name='merge',
            index=models.Index(models.F('survivor_id'), name='merge_survivor'),
        ),
        migrations.AddIndex(
            model_name='merge',
            index=models.Index(models.F('survivor_area_id'), models.F('merged_at'), name='merge_survivor_area'),
        ),
        migrations.AddIndex(
            model_name='merge',
            index=models.Index(models.F('going_area_id'), models.F('merged_at'), name='merge_going_area'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['merged', 'undone'])), name='merge_status'),
        ),
    ]

