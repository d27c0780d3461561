"""The table sign-in throttling counts in (Django's database cache; its columns are Django's)."""

from __future__ import annotations

from django.db import migrations

CREATE = """
CREATE TABLE access_throttle (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX access_throttle_expires ON access_throttle (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE access_throttle")]
