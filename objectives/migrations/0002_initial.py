from django.db import migrations

from portal.core.append_only import operation as append_only


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('objectives', '0001_initial'),
    ]

    operations = [
        append_only({"objectives_revision": ("UPDATE", "DELETE"), "objectives_document": ("UPDATE", "DELETE")}),
    ]
