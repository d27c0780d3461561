import lachan.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracing', '0003_encounters'),
    ]

    operations = [
        migrations.CreateModel(
            name='Call',
            fields=[
                ('pk', models.CompositePrimaryKey('person_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.UUIDField(default=lachan.kernel.ids.new_id)),
                ('person_id', models.UUIDField()),
                ('watch_id', models.UUIDField()),
                ('area_id', models.IntegerField()),
                ('kind', models.TextField()),
                ('outcome', models.TextField()),
                ('symptoms', models.JSONField(default=list)),
                ('staying', models.TextField(default='')),
                ('note', models.TextField(default='')),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('actor_id', models.UUIDField()),
                ('next_at', models.DateTimeField(null=True)),
                ('before', models.JSONField(default=dict)),
                ('undone_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(models.F('person_id'), models.F('watch_id'), models.F('happened_at'), name='call_watch'), models.Index(models.F('area_id'), models.F('recorded_at'), condition=models.Q(('undone_at__isnull', True)), name='call_day')],
            },
        ),
        migrations.CreateModel(
            name='Capacity',
            fields=[
                ('area_id', models.IntegerField(primary_key=True, serialize=False)),
                ('calls_a_day', models.IntegerField()),
                ('set_at', models.DateTimeField()),
                ('set_by', models.UUIDField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('calls_a_day__gte', 0), ('calls_a_day__lte', 100000)), name='capacity_sane')],
            },
        ),
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('pk', models.CompositePrimaryKey('person_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.UUIDField(default=lachan.kernel.ids.new_id)),
                ('person_id', models.UUIDField()),
                ('watch_id', models.UUIDField()),
                ('from_area_id', models.IntegerField()),
                ('to_area_id', models.IntegerField()),
                ('state', models.TextField(default='offered')),
                ('reason', models.TextField()),
                ('offered_at', models.DateTimeField()),
                ('offered_by', models.UUIDField()),
                ('answer', models.TextField(default='')),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.UUIDField(null=True)),
            ],
            options={
                'indexes': [models.Index(models.F('to_area_id'), models.F('state'), models.F('offered_at'), name='handover_in'), models.Index(models.F('from_area_id'), models.F('state'), models.F('offered_at'), name='handover_out')],
                'constraints': [models.UniqueConstraint(models.F('person_id'), models.F('watch_id'), condition=models.Q(('state', 'offered')), name='handover_offered_once'), models.CheckConstraint(condition=models.Q(('state__in', ['offered', 'accepted', 'returned', 'withdrawn'])), name='handover_state')],
            },
        ),
        migrations.CreateModel(
            name='Named',
            fields=[
                ('pk', models.CompositePrimaryKey('person_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.UUIDField(default=lachan.kernel.ids.new_id)),
                ('person_id', models.UUIDField()),
                ('case_person_id', models.UUIDField()),
                ('disease', models.TextField()),
                ('relation', models.TextField()),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('minutes', models.IntegerField(null=True)),
                ('note', models.TextField(default='')),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('actor_id', models.UUIDField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(models.F('case_person_id'), name='named_by')],
                'constraints': [models.UniqueConstraint(models.F('person_id'), models.F('case_person_id'), models.F('first_at'), name='named_once'), models.CheckConstraint(condition=models.Q(('last_at__gte', models.F('first_at'))), name='named_span')],
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('pk', models.CompositePrimaryKey('person_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.UUIDField(default=lachan.kernel.ids.new_id)),
                ('person_id', models.UUIDField()),
                ('watch_id', models.UUIDField()),
                ('disease', models.TextField()),
                ('kind', models.TextField()),
                ('level', models.SmallIntegerField()),
                ('area_id', models.IntegerField()),
                ('due_on', models.DateField()),
                ('due_at', models.DateTimeField()),
                ('score', models.FloatField()),
                ('household_key', models.UUIDField()),
                ('state', models.TextField(default='open')),
                ('assigned_to', models.UUIDField(null=True)),
                ('attempts', models.SmallIntegerField(default=0)),
                ('outcome', models.TextField(default='')),
                ('made_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(models.F('area_id'), models.OrderBy(models.F('score'), descending=True), models.F('due_at'), condition=models.Q(('state', 'open')), name='task_ranked'), models.Index(models.F('household_key'), condition=models.Q(('state', 'open')), name='task_household'), models.Index(models.F('area_id'), models.F('closed_at'), condition=models.Q(('state', 'done')), name='task_closed')],
                'constraints': [models.UniqueConstraint(models.F('person_id'), models.F('watch_id'), models.F('kind'), models.F('due_on'), name='task_once'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'done', 'dropped'])), name='task_state'), models.CheckConstraint(condition=models.Q(('kind__in', ['call', 'test', 'follow_up', 'order', 'end'])), name='task_kind')],
            },
        ),
    ]
