"""The closing archive of a campaign: documents, data and record in one file that verifies offline."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from objectives.models import Campaign


class Archive(models.Model):
    """One package, asked for by a person and built by the worker. `progress` tells how far it has come."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="archives")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    progress = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(name="archive_made_whole", condition=Q(made_at=None) | ~Q(sha256="")),
            models.UniqueConstraint(
                fields=["campaign"], name="archive_one_under_way", condition=Q(made_at=None, problem="")
            ),
        ]

    def __str__(self):
        return f"{self.campaign_id} {self.asked_at:%Y-%m-%d}"
