"""Inspection on the spot (实地查看): who looks at which drawn unit, each one's own sheet, what was seen and found."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from assessments.models.case import Case
from assessments.models.draw import Draw, Inspector
from assessments.models.standard import Criterion
from assessments.states import HandoverReason, InspectionState
from commitments.models import Rectification


class Inspection(models.Model):
    """One drawn unit and the inspectors drawn for it. `turn` is its place within its kind, as the draw ranked it.
    `instead_of`: it took the place of a unit that could not receive, as the next in line.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="inspections")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="inspections")
    kind_key = models.SlugField()
    turn = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=InspectionState, default=InspectionState.ASSIGNED)
    planned_on = models.DateField(null=True, blank=True)
    instead_of = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    why_unable = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    differed_by = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="from then on its inspectors see nothing of it")
    reopened_why = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["draw", "kind_key", "turn"]
        permissions = [("inspect", "Is one of its inspectors")]
        constraints = [
            models.UniqueConstraint(fields=["draw", "kind_key", "turn"], name="inspection_one_a_turn"),
            models.UniqueConstraint(
                fields=["case"],
                name="inspection_once_a_unit",
                condition=~Q(state="unable"),
                violation_error_message=_("This unit was drawn before; what was drawn stays drawn."),
            ),
            models.CheckConstraint(
                name="inspection_unable_with_a_reason", condition=~Q(state="unable") | ~Q(why_unable="")
            ),
        ]

    def __str__(self):
        return f"{self.case_id}"


class InspectionUserObjectPermission(UserObjectPermissionBase):
    """Guardian's grant to a drawn inspector; it ends when the round closes."""

    content_object = models.ForeignKey(Inspection, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        pass


class Opinion(models.Model):
    """One inspector's own score sheet of one unit. `place` 1 and 2 are the drawn pair, 3 the third opinion.
    `clear_at`: the inspector declared to have no interest. `drafted` is what a phone sent while the sheet is open.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="opinions")
    inspector = models.ForeignKey(Inspector, on_delete=models.PROTECT, related_name="opinions")
    place = models.PositiveSmallIntegerField()
    clear_at = models.DateTimeField(null=True, blank=True)
    visited_on = models.DateField(_("visited on"), null=True, blank=True)
    talked_to = models.CharField(_("whom you talked to (posts)"), max_length=200, blank=True)
    words = models.TextField(_("overall"), max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["inspection", "place"], name="opinion_one_per_place"),
            models.UniqueConstraint(fields=["inspection", "inspector"], name="opinion_one_an_inspector"),
            models.CheckConstraint(name="opinion_place", condition=Q(place__gte=1)),
            models.CheckConstraint(
                name="opinion_sent_after_declaring", condition=Q(sent_at=None) | Q(clear_at__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.inspection_id} {self.place}"


class Handover(models.Model):
    """A place on an inspection that passed on to the next in the draw's line (domain edge 64). The public reads both
    numbers, the day and the reason's name; `words` stay inside.
    """

    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="handovers")
    before = models.ForeignKey(Inspector, on_delete=models.PROTECT, related_name="handed_over")
    after = models.ForeignKey(Inspector, on_delete=models.PROTECT, related_name="taken_over")
    reason = models.CharField(_("reason"), max_length=10, choices=HandoverReason)
    words = models.CharField(_("in a few words"), max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(name="handover_to_another", condition=~Q(before=models.F("after"))),
        ]

    def __str__(self):
        return f"{self.before_id} → {self.after_id}"


class OpinionMark(models.Model):
    """What an inspector gives on one criterion, and what was seen that supports it."""

    opinion = models.ForeignKey(Opinion, on_delete=models.CASCADE, related_name="marks")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2, null=True, blank=True)
    seen = models.CharField(_("what was seen"), max_length=300, blank=True)

    class Meta:
        ordering = ["criterion__position"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "criterion"], name="opinion_mark_once"),
            models.CheckConstraint(
                name="opinion_mark_in_bounds", condition=Q(points=None) | Q(points__gte=0, points__lte=100)
            ),
        ]

    def __str__(self):
        return f"{self.criterion_id} {self.points}"


class Photo(models.Model):
    """A file an inspector took on the spot, re-encoded like all evidence. `sent_as` is the phone's own id of it, so
    that a bad network never stores it twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="photos")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(_("what it shows"), max_length=120, blank=True)
    kind = models.CharField(max_length=4, choices=[("jpeg", "JPEG"), ("pdf", "PDF")])
    sha256 = models.CharField(max_length=64)
    original = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    sent_as = models.UUIDField()
    taken_on = models.DateField()
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["added_at"]
        constraints = [models.UniqueConstraint(fields=["opinion", "sent_as"], name="photo_sent_once")]

    def __str__(self):
        return self.title


class Finding(models.Model):
    """Something wrong that an inspector found; a rectification may be started from it."""

    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="findings")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField(_("what is wrong"), max_length=500)
    sent_as = models.UUIDField()
    noted_at = models.DateTimeField()
    rectification = models.ForeignKey(
        Rectification, on_delete=models.PROTECT, null=True, blank=True, related_name="findings"
    )

    class Meta:
        ordering = ["noted_at"]
        constraints = [
            models.UniqueConstraint(fields=["opinion", "sent_as"], name="finding_sent_once"),
            models.CheckConstraint(name="finding_says_something", condition=~Q(text="")),
        ]

    def __str__(self):
        return self.text[:60]
