import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='Key',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('purpose', models.CharField(max_length=9)),
                ('role', models.CharField(max_length=9)),
                ('kid', models.BinaryField(max_length=8)),
                ('certificate', models.BinaryField()),
                ('not_before', models.DateTimeField()),
                ('not_after', models.DateTimeField()),
                ('signs_from', models.DateTimeField()),
                ('signs_until', models.DateTimeField()),
                ('state', models.CharField(default='active', max_length=11)),
                ('place', models.CharField(max_length=6)),
                ('label', models.CharField(max_length=80)),
                ('created_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(default='')),
                ('authority', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='certificates.key')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kid',), name='key_kid_once'), models.CheckConstraint(condition=models.Q(('role__in', ('authority', 'signer'))), name='key_role'), models.CheckConstraint(condition=models.Q(('purpose__in', ('authority', 'hcert', 'shc', 'domestic', 'list'))), name='key_purpose'), models.CheckConstraint(condition=models.Q(('state__in', ('active', 'retired', 'compromised'))), name='key_state'), models.CheckConstraint(condition=models.Q(('place__in', ('disk', 'pkcs11'))), name='key_place'), models.CheckConstraint(condition=models.Q(('signs_from__lte', models.F('signs_until')), ('signs_until__lte', models.F('not_after'))), name='key_period')],
            },
        ),
        migrations.CreateModel(
            name='Trusted',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('source', models.CharField(max_length=200)),
                ('purpose', models.CharField(max_length=9)),
                ('country', models.CharField(max_length=2)),
                ('kid', models.BinaryField(max_length=64)),
                ('digest', models.BinaryField(max_length=32)),
                ('certificate', models.BinaryField()),
                ('public_key', models.BinaryField()),
                ('usage', models.CharField(max_length=8)),
                ('issuer', models.CharField(default='', max_length=300)),
                ('not_after', models.DateTimeField(null=True)),
                ('first_seen_at', models.DateTimeField()),
                ('fetched_at', models.DateTimeField()),
                ('gone_at', models.DateTimeField(null=True)),
                ('state', models.CharField(default='listed', max_length=7)),
                ('reason', models.TextField(default='')),
            ],
            options={
                'indexes': [models.Index(fields=['country', 'source'], name='trusted_country')],
                'constraints': [models.UniqueConstraint(fields=('source', 'kid', 'digest'), name='trusted_once'), models.CheckConstraint(condition=models.Q(('state__in', ('listed', 'gone', 'refused'))), name='trusted_state'), models.CheckConstraint(condition=models.Q(('purpose__in', ('hcert', 'shc'))), name='trusted_purpose')],
            },
        ),
    ]
