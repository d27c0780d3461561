"""What waits about one person is found without reading the whole list: a merge asks."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_journal_months")]

    operations = [
        migrations.AddIndex(
            model_name="worklistitem",
            index=models.Index(
                models.F("person_id"), condition=models.Q(("person_id__isnull", False)), name="worklist_person"
            ),
        ),
    ]
