"""Lists of groups: households, classes, workplaces, vehicles."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_line_lists")]

    operations = [
        migrations.RemoveConstraint(model_name="listfile", name="listfile_what"),
        migrations.AddConstraint(
            model_name="listfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("what__in", ["cases", "contacts", "groups"])), name="listfile_what"
            ),
        ),
    ]
