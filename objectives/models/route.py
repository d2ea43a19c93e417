"""The route of a submitted paper: frozen revisions, steps, returns, and the documents that acts leave behind."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from objectives.models.paper import Paper
from objectives.routes import Act
from objectives.states import State
from units.models import Post, Role, Unit


class Revision(models.Model):
    """Exactly what is signed: canonical JSON and its SHA-256, frozen at submission, one a round."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="revisions")
    round = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=60, unique=True, help_text="e.g. AQ-2017-ms01-2")
    code = models.CharField(max_length=16, unique=True, help_text="short code printed beside the QR code")
    content = models.TextField()
    fingerprint = models.CharField(max_length=64, db_index=True)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["round"]
        constraints = [models.UniqueConstraint(fields=["paper", "round"], name="revision_one_a_round")]

    def __str__(self):
        return self.number


class StepQuerySet(models.QuerySet):
    def open(self):
        """The one step of each paper that is waited for now."""
        earlier = Step.objects.filter(
            paper=OuterRef("paper"), round=OuterRef("round"), position__lt=OuterRef("position"), done_at=None
        )
        return self.filter(paper__state=State.IN_ROUTE, round=F("paper__round"), done_at=None).exclude(Exists(earlier))

    def of_round(self, paper):
        return self.filter(paper=paper, round=paper.round).order_by("position")


class Step(models.Model):
    """One step of a route, copied from the campaign at submission: from then on these rows bind.

    `unit` is the unit whose post acts (the town office for its schools, the paper's own unit for its head,
    the bureau's root for leaders and style office). `document` is the SHA-256 of the PDF after the act.
    """

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="steps")
    round = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=20, choices=Role)
    act = models.CharField(max_length=10, choices=Act)
    seal = models.BooleanField(default=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    waiting_since = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="steps_done"
    )
    done_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    fingerprint = models.CharField(max_length=64, blank=True)
    document = models.CharField(max_length=64, blank=True)
    checklist = models.JSONField(default=list, blank=True)
    receipt = models.CharField(max_length=40, blank=True, help_text="filing number, on filing steps")

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["paper", "round", "position"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "round", "position"], name="step_one_per_place"),
            models.UniqueConstraint(
                fields=["paper", "round", "done_by"],
                name="step_nobody_acts_twice",
                condition=Q(done_by__isnull=False),
                violation_error_message=_("Nobody signs two steps of one chain."),
            ),
            models.CheckConstraint(
                name="step_act_is_whole",
                condition=Q(done_at=None, done_by=None, done_post=None, fingerprint="", document="")
                | (
                    Q(done_at__isnull=False, done_by__isnull=False, done_post__isnull=False)
                    & ~Q(fingerprint="")
                    & (~Q(document="") | Q(act=Act.SUBMIT))
                ),
                violation_error_message=_("An act needs a person, a post, a time and what was signed."),
            ),
            models.UniqueConstraint(fields=["receipt"], name="step_receipt_once", condition=~Q(receipt="")),
        ]

    def __str__(self):
        return f"{self.paper_id} {self.round}.{self.position} {self.role}:{self.act}"

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def field(self) -> str:
        """The name of this step's signature field in the document."""
        return f"step-{self.position}"


class Return(models.Model):
    """A paper sent back: by whom, from which step, and why. Ends the round."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="returns")
    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="returned")
    round = models.PositiveSmallIntegerField()
    returned_at = models.DateTimeField()
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    returned_post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=1000)

    class Meta:
        ordering = ["-round"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "round"], name="return_one_a_round"),
            models.CheckConstraint(name="return_needs_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self):
        return self.reason[:60]


class Remark(models.Model):
    """A comment on one objective of a returned paper, by its number in that round."""

    sent_back = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="remarks")
    objective = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)

    class Meta:
        ordering = ["objective"]

    def __str__(self):
        return self.text


class Document(models.Model):
    """One stored revision of the PDF, by content: position 0 is the printed base, then one per mark."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="documents")
    position = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveIntegerField()
    signed = models.PositiveSmallIntegerField(default=0)
    stored_at = models.DateTimeField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["revision", "position"], name="document_one_per_place")]

    def __str__(self):
        return self.sha256[:12]
