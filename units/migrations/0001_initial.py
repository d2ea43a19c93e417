import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Bureau',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True)),
                ('name_zh', models.CharField(max_length=80)),
                ('name_en', models.CharField(max_length=120)),
                ('short_zh', models.CharField(blank=True, help_text='In numbers and on seals', max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name='UnitKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField()),
                ('name_zh', models.CharField(max_length=60)),
                ('name_en', models.CharField(max_length=80)),
                ('bureau', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='kinds', to='units.bureau')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('bureau', 'key'), name='unit_kind_once_a_bureau')],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('path', models.CharField(editable=False, max_length=48, unique=True)),
                ('code', models.SlugField(max_length=40)),
                ('name_zh', models.CharField(max_length=80)),
                ('name_en', models.CharField(blank=True, max_length=120)),
                ('is_sample', models.BooleanField(default=False)),
                ('opened_on', models.DateField()),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('bureau', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='units.bureau')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='units.unit')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='units.unitkind')),
            ],
            options={
                'ordering': ['path'],
                'permissions': [('lead_line', 'Is the line leader of this unit'), ('lead_linked', 'Is the linked leader of this unit')],
                'constraints': [models.UniqueConstraint(fields=('bureau', 'code'), name='unit_code_once_a_bureau'), models.CheckConstraint(condition=models.Q(('closed_on', None), ('closed_on__gt', models.F('opened_on')), _connector='OR'), name='unit_closes_after_it_opens')],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('staff', 'Unit staff'), ('head', 'Head'), ('town_office', 'Town office'), ('line_leader', 'Line leader'), ('linked_leader', 'Linked leader'), ('style_office', 'Style office'), ('administrator', 'Administrator'), ('auditor', 'Auditor')], max_length=20)),
                ('key', models.SlugField(max_length=60)),
                ('title_zh', models.CharField(max_length=60)),
                ('title_en', models.CharField(blank=True, max_length=80)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='units.unit')),
            ],
            options={
                'ordering': ['unit__path', 'role', 'key'],
                'constraints': [models.UniqueConstraint(fields=('unit', 'key'), name='post_key_once_a_unit')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalBureau',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('code', models.SlugField()),
                ('name_zh', models.CharField(max_length=80)),
                ('name_en', models.CharField(max_length=120)),
                ('short_zh', models.CharField(blank=True, help_text='In numbers and on seals', max_length=20)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical bureau',
                'verbose_name_plural': 'historical bureaus',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalTenure',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('until_on', models.DateField(blank=True, null=True)),
                ('is_acting', models.BooleanField(default=False)),
                ('ended_why', models.CharField(blank=True, max_length=200)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.post')),
            ],
            options={
                'verbose_name': 'historical tenure',
                'verbose_name_plural': 'historical tenures',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalPost',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('role', models.CharField(choices=[('staff', 'Unit staff'), ('head', 'Head'), ('town_office', 'Town office'), ('line_leader', 'Line leader'), ('linked_leader', 'Linked leader'), ('style_office', 'Style office'), ('administrator', 'Administrator'), ('auditor', 'Auditor')], max_length=20)),
                ('key', models.SlugField(max_length=60)),
                ('title_zh', models.CharField(max_length=60)),
                ('title_en', models.CharField(blank=True, max_length=80)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.unit')),
            ],
            options={
                'verbose_name': 'historical post',
                'verbose_name_plural': 'historical posts',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalCharge',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('until_on', models.DateField(blank=True, null=True)),
                ('ended_why', models.CharField(blank=True, max_length=200)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.post')),
                ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.unit')),
            ],
            options={
                'verbose_name': 'historical charge',
                'verbose_name_plural': 'historical charges',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Charge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('until_on', models.DateField(blank=True, null=True)),
                ('ended_why', models.CharField(blank=True, max_length=200)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='units.post')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='units.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until_on', None)), fields=('post', 'unit'), name='charge_one_open_per_post_and_unit'), models.CheckConstraint(condition=models.Q(('until_on', None), ('until_on__gte', models.F('from_on')), _connector='OR'), name='charge_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalUnit',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('path', models.CharField(db_index=True, editable=False, max_length=48)),
                ('code', models.SlugField(max_length=40)),
                ('name_zh', models.CharField(max_length=80)),
                ('name_en', models.CharField(blank=True, max_length=120)),
                ('is_sample', models.BooleanField(default=False)),
                ('opened_on', models.DateField()),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('bureau', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.bureau')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.unit')),
                ('kind', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.unitkind')),
            ],
            options={
                'verbose_name': 'historical unit',
                'verbose_name_plural': 'historical units',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='UnitUserObjectPermission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='units.unit')),
                ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Tenure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField()),
                ('until_on', models.DateField(blank=True, null=True)),
                ('is_acting', models.BooleanField(default=False)),
                ('ended_why', models.CharField(blank=True, max_length=200)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tenures', to='units.post')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tenures', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['from_on', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('until_on', None), ('until_on__gte', models.F('from_on')), _connector='OR'), name='tenure_ends_after_it_begins'), models.UniqueConstraint(condition=models.Q(('until_on', None)), fields=('post', 'user'), name='tenure_one_open_per_person_and_post')],
            },
        ),
        migrations.AlterUniqueTogether(
            name='unituserobjectpermission',
            unique_together={('user', 'permission', 'content_object')},
        ),
    ]
