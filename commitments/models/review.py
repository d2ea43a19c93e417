"""The half-year review (半年评议). Who may vote is kept apart from how was voted; there is no row a ballot.

A ballot only adds to counts, in the same transaction that uses up the invitation. No time, no order, no token
and no history: nobody can trace how a person voted, not even with the database before them.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from commitments.states import ANSWERS, GROUPS
from objectives.models import Campaign
from units.models import Unit


class Review(models.Model):
    """One half-year's review. `weights` and `minimums` by group are frozen when it opens.

    `is_baseline`: the half held only one month of keeping; told, not ranked. `result` is written at closing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="reviews")
    half = models.CharField(max_length=7)
    opens_on = models.DateField()
    closes_on = models.DateField(help_text="the last day on which ballots are taken")
    weights = models.JSONField()
    minimums = models.JSONField()
    is_baseline = models.BooleanField(default=False)
    caught_up = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["campaign", "-half"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "half"], name="review_once_a_half"),
            models.CheckConstraint(name="review_days_in_order", condition=Q(closes_on__gte=F("opens_on"))),
            models.CheckConstraint(
                name="review_published_once_closed", condition=Q(published_at=None) | Q(closed_at__isnull=False)
            ),
        ]

    def __str__(self):
        return self.half


class Subject(models.Model):
    """A unit under review, as it was named when the review opened."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="subjects")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    order = models.CharField(max_length=48)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["review", "unit"], name="subject_once_a_review")]

    def __str__(self):
        return f"{self.unit_id}"


class Invitation(models.Model):
    """The right to one ballot. Of the token only its SHA-256 is kept. `used` says that, never when.

    `own_unit` may not be judged with it; `only_unit` limits a paper slip to the unit whose people got it.
    `user` is set for leaders and heads, who vote logged in or by their link.
    """

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="invitations")
    group = models.CharField(max_length=8, choices=GROUPS)
    token_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    own_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    only_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    used = models.BooleanField(default=False)
    void = models.BooleanField(default=False, help_text="lost or misprinted; cannot be used any more")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "user"], name="invitation_once_a_person", condition=Q(user__isnull=False, void=False)
            ),
            models.CheckConstraint(
                name="invitation_void_is_unused", condition=Q(void=False) | Q(used=False),
                violation_error_message=_("A used invitation cannot be voided."),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["review", "group", "used"], name="invitation_turnout")]

    def __str__(self):
        return f"{self.review_id} {self.group}"


class Tally(models.Model):
    """How often a group gave an answer on a unit. The only trace of any ballot."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="tallies")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    group = models.CharField(max_length=8, choices=GROUPS)
    answer = models.CharField(max_length=10, choices=ANSWERS)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "unit", "group", "answer"], name="tally_once_a_cell")]

    def __str__(self):
        return f"{self.answer} {self.count}"
