"""What was noted of people on the telephone is sealed; what was noted before as well."""

from typing import Any

from django.db import migrations, models


def seal_them(apps: Any, _editor: Any) -> None:
    from lachan.kernel.sealing import seal

    for name in ("Call", "Named"):
        rows = apps.get_model("tracing", name).objects.exclude(note="")
        for person_id, record, note in rows.values_list("person_id", "id", "note").iterator():
            sealed = seal(note, f"tracing_{name.lower()}.sealed_note")
            rows.filter(person_id=person_id, id=record).update(sealed_note=sealed)


class Migration(migrations.Migration):
    dependencies = [("tracing", "0005_outbreak")]

    operations = [
        migrations.AddField("call", "sealed_note", models.BinaryField(null=True)),
        migrations.AddField("named", "sealed_note", models.BinaryField(null=True)),
        migrations.RunPython(seal_them),
        migrations.RemoveField("call", "note"),
        migrations.RemoveField("named", "note"),
    ]
