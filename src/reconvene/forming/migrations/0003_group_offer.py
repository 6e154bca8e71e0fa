"""A merger is one kind of offer between two groups; the other is that their hosts swap."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The table keeps its rows: every offer until now was one to become one group."""

    dependencies = [("forming", "0002_merger")]
    operations = [
        migrations.RemoveConstraint("merger", "one_open_merger_per_group"),
        migrations.RemoveConstraint("merger", "merger_of_two_groups"),
        migrations.RenameModel("Merger", "GroupOffer"),
        migrations.AddField(
            "groupoffer",
            "kind",
            models.CharField(max_length=8, choices=[("merge", "MERGE"), ("swap", "SWAP")], default="merge"),
            preserve_default=False,
        ),
        migrations.AlterField(
            "groupoffer",
            "group",
            models.ForeignKey(
                help_text="Which offers; when the two become one, it ends",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="groups.group",
            ),
        ),
        migrations.AlterField(
            "groupoffer",
            "other",
            models.ForeignKey(
                help_text="Which answers; when the two become one, it goes on with all",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="groups.group",
            ),
        ),
        migrations.AddConstraint(
            "groupoffer",
            models.UniqueConstraint(
                condition=models.Q(("agreed_at", None), ("declined_at", None)), fields=("group",), name="one_open_offer_per_group"
            ),
        ),
        migrations.AddConstraint(
            "groupoffer",
            models.CheckConstraint(condition=models.Q(("group", models.F("other")), _negated=True), name="offer_between_two_groups"),
        ),
    ]
