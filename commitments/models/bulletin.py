"""The quarterly bulletin (季通报): drafted from frozen months, edited, signed, numbered, published."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from commitments.models.documents import OfficialDocument
from commitments.states import BULLETIN_STATES
from objectives.models import Campaign
from units.models import Post


class Bulletin(models.Model):
    """One quarter's bulletin, or a correction of one (`corrects`), which is a new numbered document.

    `figures` are computed from the frozen months when it is drafted and never typed: buckets, units, annexes.
    `text` are the style office's sections: {"opening", "praised", "named", "rectifications", "requirements"},
    each a list of paragraphs. `months` are the frozen months it rests on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="bulletins")
    quarter = models.CharField(max_length=7)
    edition = models.PositiveSmallIntegerField(default=1)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    correction_reason = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=BULLETIN_STATES, default="draft")
    months = models.JSONField(default=list)
    figures = models.JSONField(default=dict)
    text = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    due_on = models.DateField()
    drafted_at = models.DateTimeField()
    caught_up = models.BooleanField(default=False)
    signer = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    returned_reason = models.CharField(max_length=300, blank=True)
    document = models.OneToOneField(
        OfficialDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="bulletin"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["campaign", "-quarter", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "quarter", "edition"], name="bulletin_once_a_quarter"),
            models.CheckConstraint(
                name="bulletin_correction_says_why", condition=Q(corrects=None) | ~Q(correction_reason="")
            ),
            models.CheckConstraint(
                name="bulletin_frozen_once_it_leaves",
                condition=Q(state="draft") | Q(document__isnull=False, signer__isnull=False),
            ),
            models.CheckConstraint(
                name="bulletin_published_has_a_day",
                condition=Q(state="published", published_at__isnull=False)
                | (~Q(state="published") & Q(published_at=None)),
            ),
        ]

    def __str__(self):
        return f"{self.quarter} {self.edition}"
