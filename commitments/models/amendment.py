"""Changes after publication: numbered, reasoned, approved along the route, shown before and after. None is erased."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from commitments.models.publication import Commitment, Publication
from commitments.states import AMENDMENT_KINDS, AMENDMENT_STATES
from units.models import Post, Role, Unit

USER = settings.AUTH_USER_MODEL


class AmendmentQuerySet(models.QuerySet):
    def locked(self, pk):
        """One change under a row lock, with what every act on it needs."""
        rows = self.select_for_update(of=("self",)).select_related(
            "publication__campaign__bureau", "publication__unit", "commitment", "asked_by"
        )
        return rows.get(pk=pk)

    def in_force(self):
        return self.filter(state="in_force")

    def asked(self):
        """Still on their route."""
        return self.filter(state="asked")


class Amendment(models.Model):
    """An amendment (变更), correction of a clerical error (更正) or withdrawal (撤回) of one promise.

    `before` and `after` hold the public fields that change, as in the snapshot: {"text_zh", "value", "due_on", …}.
    `number` is given on approval, counted per publication. `lowers` is derived: a lower target or a later day.
    A withdrawn promise stays in every count, as withdrawn.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="amendments")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="amendments")
    kind = models.CharField(max_length=12, choices=AMENDMENT_KINDS)
    state = models.CharField(max_length=10, choices=AMENDMENT_STATES, default="asked")
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    before = models.JSONField()
    after = models.JSONField(default=dict)
    lowers = models.BooleanField(default=False)
    reason_zh = models.CharField(_("reason, as the public reads it"), max_length=300)
    reason_en = models.CharField(max_length=400, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    asked_post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=300, blank=True)

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        ordering = ["publication", "number", "asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "number"], name="amendment_number_once", condition=Q(number__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["commitment"], name="amendment_one_open_at_a_time", condition=Q(state="asked")
            ),
            models.CheckConstraint(
                name="amendment_in_force_is_numbered",
                condition=Q(state="in_force", number__isnull=False, decided_at__isnull=False)
                | (~Q(state="in_force") & Q(number=None)),
            ),
            models.CheckConstraint(name="amendment_says_why", condition=~Q(reason_zh="")),
        ]

    def __str__(self):
        return f"{self.commitment_id} {self.number or ''}"


class AmendmentStepQuerySet(models.QuerySet):
    def open(self):
        """The one step of each change that is waited for now."""
        earlier = AmendmentStep.objects.filter(
            amendment=OuterRef("amendment"), position__lt=OuterRef("position"), done_at=None
        )
        return self.filter(amendment__state="asked", done_at=None).exclude(Exists(earlier))


class AmendmentStep(models.Model):
    """One step of its route, copied from the campaign's route of that kind of unit when it was asked for."""

    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=20, choices=Role)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    done_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = AmendmentStepQuerySet.as_manager()

    class Meta:
        ordering = ["amendment", "position"]
        constraints = [
            models.UniqueConstraint(fields=["amendment", "position"], name="amendment_step_one_per_place"),
            models.UniqueConstraint(
                fields=["amendment", "done_by"], name="amendment_nobody_acts_twice", condition=Q(done_by__isnull=False)
            ),
            models.CheckConstraint(
                name="amendment_step_is_whole",
                condition=Q(done_at=None, done_by=None, done_post=None)
                | Q(done_at__isnull=False, done_by__isnull=False, done_post__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.amendment_id} {self.position}"
