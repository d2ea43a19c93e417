"""What is promised in public. Everything a public page shows is here, written once at publication.

Public pages read these tables and no others: no draft can leak through a page, a count or a search.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from commitments.states import NOT_MEASURABLE
from objectives.models import Campaign, Revision
from units.models import Unit


class PublicationQuerySet(models.QuerySet):
    def of_bureau(self, code):
        return self.filter(bureau_code=code)

    def found(self, words: str):
        """Plain search over names of published units, each word anywhere in either language's name."""
        rows = self
        for word in words.split()[:6]:
            named = Q(unit_name_zh__icontains=word) | Q(unit_name_en__icontains=word)
            rows = rows.filter(named | Q(place__icontains=word))
        return rows


class Publication(models.Model):
    """One unit's paper as the public reads it. `snapshot` holds only public fields of the signed revision,
    signers by name and post, and the documents' hashes; columns beside it serve lists and search.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    revision = models.OneToOneField(Revision, on_delete=models.PROTECT, related_name="publication")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="publications")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="publications")
    code = models.CharField(max_length=16, unique=True)
    bureau_code = models.SlugField()
    year = models.PositiveSmallIntegerField()
    unit_code = models.SlugField(max_length=40)
    unit_name_zh = models.CharField(max_length=80)
    unit_name_en = models.CharField(max_length=120, blank=True)
    kind_key = models.SlugField()
    kind_name_zh = models.CharField(max_length=60)
    kind_name_en = models.CharField(max_length=80)
    place = models.CharField(max_length=200, blank=True, help_text="names of the units above, for search")
    order = models.CharField(max_length=48)
    is_sample = models.BooleanField(default=False)
    count = models.PositiveSmallIntegerField()
    document = models.CharField(max_length=64)
    snapshot = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_post = models.CharField(max_length=160)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["bureau_code", "year", "unit_code"], name="publication_one_a_unit_and_year")
        ]
        indexes = [models.Index(fields=["bureau_code", "year", "order"], name="publication_list")]

    def __str__(self):
        return self.code


class Commitment(models.Model):
    """One published target with its objective around it: the unit of tracking and of the public page."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="commitments")
    code = models.CharField(max_length=60, unique=True, help_text="e.g. FZ-2017-2.4")
    number = models.CharField(max_length=10, help_text="objective.target, e.g. 2.4")
    position = models.PositiveSmallIntegerField()
    objective_number = models.PositiveSmallIntegerField()
    text_zh = models.CharField(max_length=200)
    text_en = models.CharField(max_length=300, blank=True)
    due_on = models.DateField()
    target = models.JSONField(help_text="as it stands now: the signed target with every amendment in force")
    status = models.CharField(max_length=20, default=NOT_MEASURABLE, help_text="the light, as last derived")
    value_now = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    share_now = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True, help_text="per cent done")
    share_planned = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True, help_text="per cent")
    as_of = models.DateField(null=True, blank=True, help_text="the day of which these figures speak")
    month = models.CharField(max_length=7, blank=True, help_text="the month last reported, e.g. 2026-06")
    verified_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["publication", "position"]
        indexes = [
            models.Index(fields=["publication", "status"], name="commitment_status"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["publication", "position"], name="commitment_one_per_place"),
        ]

    def __str__(self):
        return self.code
