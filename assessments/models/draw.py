"""The verifiable draw (抽签): frozen lists, an announced rule, a seed that nobody knew, a result anyone can replay."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.standard import Assessment
from assessments.states import DrawMethod, DrawState, RecusalReason, SeedKind
from units.models import Bureau, Post, Unit


class Inspector(models.Model):
    """A person on a bureau's list of inspectors. Published lists name number and home unit, never the person."""

    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, related_name="inspectors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="inspector_of")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=8, help_text="e.g. I07")
    field_zh = models.CharField(_("field"), max_length=40, blank=True)
    field_en = models.CharField(max_length=60, blank=True)
    listed_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["bureau", "number"], name="inspector_number_once"),
            models.UniqueConstraint(fields=["bureau", "user"], name="inspector_once", condition=Q(left_at=None)),
        ]

    def __str__(self):
        return self.number


class Recusal(models.Model):
    """An inspector stays away from a unit, and why. Whoever serves in a unit is kept away without one."""

    inspector = models.ForeignKey(Inspector, on_delete=models.PROTECT, related_name="recusals")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=RecusalReason)
    words = models.CharField(max_length=200, blank=True)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inspector", "unit"], name="recusal_once")]

    def __str__(self):
        return f"{self.inspector_id} {self.unit_id}"


class Draw(models.Model):
    """One draw. Its number is spent when it is announced, whatever becomes of it; what was drawn stays drawn.

    Announced: `objects` and `inspectors` are the SHA-256 of the two published lists (kept in the vault), `rule` the
    canonical rule, and the seed is bound to come from outside: a public number announced on or after `seed_on`, or
    two secrets of which the SHA-256 commitments are published. Drawn: `seed` is the text, `result` the SHA-256 of
    the published result file.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="draws")
    number = models.CharField(max_length=60, blank=True)
    method = models.CharField(_("method"), max_length=8, choices=DrawMethod, default=DrawMethod.SAMPLE)
    state = models.CharField(max_length=10, choices=DrawState, default=DrawState.PREPARED)
    share = models.DecimalField(_("share of units, per cent"), max_digits=5, decimal_places=2, default=10)
    least = models.PositiveSmallIntegerField(_("at least so many of each kind"), default=1)
    each = models.PositiveSmallIntegerField(_("inspectors for each unit"), default=2)
    excluded = models.JSONField(default=list, blank=True, help_text='[{"unit": code, "why": text}]')
    seed_kind = models.CharField(_("the seed"), max_length=14, choices=SeedKind, default=SeedKind.PUBLIC_NUMBER)
    seed_source = models.CharField(_("which public number"), max_length=160, blank=True)
    seed_on = models.DateField(_("announced on"), null=True, blank=True)
    first_officer = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    second_officer = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    first_commitment = models.CharField(max_length=64, blank=True)
    second_commitment = models.CharField(max_length=64, blank=True)
    first_secret = models.CharField(max_length=100, blank=True, help_text="once revealed")
    second_secret = models.CharField(max_length=100, blank=True, help_text="once revealed")
    objects_hash = models.CharField(max_length=64, blank=True)
    objects_count = models.PositiveIntegerField(default=0)
    inspectors_hash = models.CharField(max_length=64, blank=True)
    inspectors_count = models.PositiveIntegerField(default=0)
    rule = models.TextField(blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    announced_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    witnesses = models.CharField(_("witnesses (posts)"), max_length=200, blank=True)
    seed = models.CharField(max_length=240, blank=True)
    result_hash = models.CharField(max_length=64, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    void_at = models.DateTimeField(null=True, blank=True)
    void_why = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-announced_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="draw_number_once", condition=~Q(number="")),
            models.UniqueConstraint(
                fields=["assessment"], name="draw_one_under_way", condition=Q(state__in=["prepared", "announced"])
            ),
            models.CheckConstraint(
                name="draw_announced_whole",
                condition=Q(state="prepared", announced_at=None, number="")
                | Q(announced_at__isnull=False, announced_by__isnull=False, announced_post__isnull=False)
                & ~Q(number="")
                & ~Q(objects_hash="")
                & ~Q(inspectors_hash="")
                & ~Q(rule=""),
            ),
            models.CheckConstraint(
                name="draw_drawn_whole",
                condition=~Q(state="drawn") & Q(drawn_at=None, result_hash="")
                | Q(state="drawn", drawn_at__isnull=False, drawn_by__isnull=False) & ~Q(seed="") & ~Q(result_hash=""),
            ),
            models.CheckConstraint(
                name="draw_void_with_a_reason",
                condition=~Q(state="void") & Q(void_at=None) | Q(state="void", void_at__isnull=False) & ~Q(void_why=""),
            ),
            models.CheckConstraint(name="draw_share", condition=Q(share__gt=0, share__lte=100)),
            models.CheckConstraint(name="draw_two_inspectors", condition=Q(each__gte=2)),
        ]

    def __str__(self):
        return self.number or str(self.pk)
