import unicodedata

import django.db.models.deletion
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


def name_hosts(apps, editor):
    """Benchmarks that were entered before get the form of their name by which the same place is found."""
    for benchmark in apps.get_model("objectives", "Benchmark").objects.filter(host=""):
        name = unicodedata.normalize("NFKC", benchmark.name_zh).replace("(示例)", "")
        benchmark.host = "".join(name.split()).casefold()[:80]
        benchmark.save(update_fields=["host"])


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('objectives', '0002_initial'),
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Blackout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField(verbose_name='from')),
                ('to_on', models.DateField(verbose_name='to')),
                ('why_zh', models.CharField(max_length=80, verbose_name='why')),
                ('why_en', models.CharField(blank=True, max_length=120)),
                ('bureau', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='blackouts', to='units.bureau')),
            ],
            options={
                'ordering': ['from_on'],
                'constraints': [models.CheckConstraint(condition=models.Q(('to_on__gte', models.F('from_on'))), name='blackout_ends_after_it_begins'), models.UniqueConstraint(fields=('bureau', 'from_on', 'to_on'), name='blackout_once')],
            },
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feed', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('host', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('go_out', 'Go out'), ('invite_in', 'Invite in'), ('online', 'Online exchange')], default='go_out', max_length=10, verbose_name='kind of visit')),
                ('state', models.CharField(choices=[('planned', 'Being planned'), ('asked', 'Waiting for approval'), ('approved', 'Approved'), ('returned', 'Sent back'), ('cancelled', 'Cancelled'), ('done', 'Made and written up')], default='planned', max_length=10)),
                ('from_on', models.DateField(verbose_name='from')),
                ('to_on', models.DateField(verbose_name='to')),
                ('purpose', models.CharField(max_length=200, verbose_name='what it is for')),
                ('plan', models.TextField(blank=True, max_length=1000, verbose_name='plan: what to see, whom to ask')),
                ('participants', models.CharField(blank=True, max_length=300, verbose_name='who takes part (posts)')),
                ('people', models.PositiveSmallIntegerField(default=1, verbose_name='how many people')),
                ('warnings', models.JSONField(blank=True, default=list)),
                ('despite', models.CharField(blank=True, max_length=200, verbose_name='why all the same')),
                ('version', models.PositiveIntegerField(default=1)),
                ('planned_at', models.DateTimeField()),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(blank=True, help_text='approved or sent back', null=True)),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='why sent back or cancelled')),
                ('held_on', models.DateField(blank=True, null=True, verbose_name='held on')),
                ('came', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='people who took part')),
                ('findings', models.TextField(blank=True, max_length=2000, verbose_name='what was found')),
                ('written_at', models.DateTimeField(blank=True, null=True)),
                ('benchmark', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='objectives.benchmark')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='objectives.campaign')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.post')),
                ('planned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='units.unit')),
            ],
            options={
                'ordering': ['from_on', 'host'],
                'indexes': [models.Index(fields=['campaign', 'from_on'], name='visit_calendar'), models.Index(fields=['host', 'from_on'], name='visit_of_host'), models.Index(fields=['unit', 'from_on'], name='visit_of_unit')],
                'constraints': [models.CheckConstraint(condition=models.Q(('to_on__gte', models.F('from_on'))), name='visit_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('people__gte', 1)), name='visit_takes_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('decided_post', None)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('decided_post__isnull', False)), _connector='OR'), name='visit_decided_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), models.Q(('held_on__isnull', False), ('written_at__isnull', False), models.Q(('findings', ''), _negated=True)), _connector='OR'), name='visit_done_is_written_up')],
            },
        ),
        migrations.CreateModel(
            name='Companion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('people', models.PositiveSmallIntegerField(default=1)),
                ('joined_at', models.DateTimeField()),
                ('joined_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='joined_visits', to='units.unit')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='companions', to='objectives.visit')),
            ],
            options={
                'ordering': ['joined_at'],
                'constraints': [models.UniqueConstraint(fields=('visit', 'unit'), name='companion_once_a_visit')],
            },
        ),
        migrations.CreateModel(
            name='Pairing',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('since_on', models.DateField()),
                ('until_on', models.DateField(blank=True, help_text='from this day nothing more is owed', null=True)),
                ('ended_why', models.CharField(blank=True, max_length=200)),
                ('why_chosen', models.CharField(blank=True, help_text='where the comparability rule is not met', max_length=300)),
                ('version', models.PositiveIntegerField(default=1, help_text='of the gap analysis')),
                ('gaps_filed_at', models.DateTimeField(blank=True, null=True)),
                ('benchmark', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pairings', to='objectives.benchmark')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pairings', to='objectives.campaign')),
                ('gaps_filed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pairings', to='units.unit')),
            ],
            options={
                'ordering': ['unit__path', 'benchmark__name_zh'],
                'constraints': [models.UniqueConstraint(fields=('campaign', 'unit', 'benchmark'), name='pairing_once_a_campaign'), models.CheckConstraint(condition=models.Q(('until_on', None), ('until_on__gte', models.F('since_on')), _connector='OR'), name='pairing_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(models.Q(('gaps_filed_at', None), ('gaps_filed_by', None)), models.Q(('gaps_filed_at__isnull', False), ('gaps_filed_by__isnull', False)), _connector='OR'), name='pairing_gaps_filed_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quarter', models.CharField(help_text='e.g. 2026-Q3, by the day of the contact', max_length=7)),
                ('on', models.DateField(verbose_name='on')),
                ('way', models.CharField(choices=[('visit', 'Visit'), ('online', 'Online exchange'), ('call', 'Telephone'), ('letter', 'Letter or papers sent')], max_length=10, verbose_name='how')),
                ('about', models.CharField(max_length=200, verbose_name='about what')),
                ('learned', models.CharField(blank=True, max_length=300, verbose_name='what is new there, and what we take up')),
                ('noted_at', models.DateTimeField()),
                ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pairing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='objectives.pairing')),
                ('visit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='objectives.visit')),
            ],
            options={
                'ordering': ['-on'],
                'indexes': [models.Index(fields=['pairing', 'quarter'], name='contact_of_quarter')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('visit__isnull', False)), fields=('pairing', 'visit'), name='contact_once_a_visit')],
            },
        ),
        migrations.CreateModel(
            name='Gap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('dimension', 'Dimension'), ('indicator', 'Indicator')], max_length=10)),
                ('dimension', models.SlugField(blank=True, help_text="key of the campaign's dimension")),
                ('indicator', models.CharField(blank=True, max_length=120, verbose_name='indicator')),
                ('ours', models.CharField(blank=True, max_length=300, verbose_name='ours')),
                ('theirs', models.CharField(blank=True, max_length=300, verbose_name='theirs')),
                ('our_value', models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True, verbose_name='our figure')),
                ('their_value', models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True, verbose_name='their figure')),
                ('measure', models.CharField(blank=True, max_length=20, verbose_name='unit of measure')),
                ('gap', models.CharField(blank=True, max_length=300, verbose_name='the gap')),
                ('cause', models.CharField(blank=True, max_length=300, verbose_name='its cause')),
                ('adopt', models.CharField(blank=True, max_length=300, verbose_name='what we adopt')),
                ('objective', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='gaps', to='objectives.objective', verbose_name='the objective in which it appears')),
                ('pairing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='gaps', to='objectives.pairing')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('pairing', 'position'), name='gap_one_per_place'), models.UniqueConstraint(condition=models.Q(('kind', 'dimension')), fields=('pairing', 'dimension'), name='gap_once_a_dimension'), models.CheckConstraint(condition=models.Q(models.Q(('indicator', ''), ('kind', 'dimension'), models.Q(('dimension', ''), _negated=True)), models.Q(('dimension', ''), ('kind', 'indicator'), models.Q(('indicator', ''), _negated=True)), _connector='OR'), name='gap_says_on_what')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalVisit',
            fields=[
                ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('host', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('go_out', 'Go out'), ('invite_in', 'Invite in'), ('online', 'Online exchange')], default='go_out', max_length=10, verbose_name='kind of visit')),
                ('state', models.CharField(choices=[('planned', 'Being planned'), ('asked', 'Waiting for approval'), ('approved', 'Approved'), ('returned', 'Sent back'), ('cancelled', 'Cancelled'), ('done', 'Made and written up')], default='planned', max_length=10)),
                ('from_on', models.DateField(verbose_name='from')),
                ('to_on', models.DateField(verbose_name='to')),
                ('purpose', models.CharField(max_length=200, verbose_name='what it is for')),
                ('participants', models.CharField(blank=True, max_length=300, verbose_name='who takes part (posts)')),
                ('people', models.PositiveSmallIntegerField(default=1, verbose_name='how many people')),
                ('warnings', models.JSONField(blank=True, default=list)),
                ('despite', models.CharField(blank=True, max_length=200, verbose_name='why all the same')),
                ('version', models.PositiveIntegerField(default=1)),
                ('planned_at', models.DateTimeField()),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(blank=True, help_text='approved or sent back', null=True)),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='why sent back or cancelled')),
                ('held_on', models.DateField(blank=True, null=True, verbose_name='held on')),
                ('came', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='people who took part')),
                ('written_at', models.DateTimeField(blank=True, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('benchmark', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='objectives.benchmark')),
                ('campaign', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='objectives.campaign')),
                ('decided_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_post', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.post')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('planned_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.unit')),
            ],
            options={
                'verbose_name': 'historical visit',
                'verbose_name_plural': 'historical visits',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name='benchmark',
            name='host',
            field=models.CharField(blank=True, help_text='the name in one form: who chose the same place', max_length=80),
        ),
        migrations.AddField(
            model_name='benchmark',
            name='retired_at',
            field=models.DateTimeField(blank=True, help_text='from then on nobody new is matched with it', null=True),
        ),
        migrations.AddField(
            model_name='historicalbenchmark',
            name='host',
            field=models.CharField(blank=True, help_text='the name in one form: who chose the same place', max_length=80),
        ),
        migrations.AddField(
            model_name='historicalbenchmark',
            name='retired_at',
            field=models.DateTimeField(blank=True, help_text='from then on nobody new is matched with it', null=True),
        ),
        migrations.AddIndex(
            model_name='benchmark',
            index=models.Index(fields=['bureau', 'host'], name='benchmark_of_host'),
        ),
        migrations.RunPython(name_hosts, migrations.RunPython.noop),
    ]
