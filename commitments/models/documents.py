"""Official documents (公文) besides papers: bulletins, orders, minutes. Frozen, printed once, signed like a paper."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from objectives.models import Campaign
from units.models import Post


class DocumentKind(models.TextChoices):
    BULLETIN = "bulletin", _("Quarterly bulletin")
    ORDER = "order", _("Rectification order")
    MINUTES = "minutes", _("Minutes")
    AMENDMENT = "amendment", _("Notice of change")
    REVIEW = "review", _("Result of the half-year review")
    STANDARD = "standard", _("Standard of assessment")
    SELF_REPORT = "self_report", _("Special report of a self-assessment")
    NOTICE = "notice", _("Notice of an assessment result")
    DECISION = "decision", _("Decision on an appeal")
    RESULT = "result", _("Result of the assessment")
    MUNICIPAL = "municipal", _("Report to the leading group")


class OfficialDocument(models.Model):
    """What was frozen to be signed: canonical JSON, its SHA-256, a number, a short code for checking.

    `needs_signature` False: closed by the portal's organisational stamp alone (minutes, notices).
    `content` holds what the template prints and nothing that may not be public once `is_public`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="official_documents")
    kind = models.CharField(max_length=12, choices=DocumentKind)
    number = models.CharField(max_length=60, unique=True)
    code = models.CharField(max_length=16, unique=True)
    title = models.CharField(max_length=160)
    content = models.TextField()
    fingerprint = models.CharField(max_length=64, db_index=True)
    frozen_at = models.DateTimeField()
    frozen_by = models.CharField(max_length=40, help_text="user id or 'clock'")
    needs_signature = models.BooleanField(default=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_public = models.BooleanField(default=False)

    class Meta:
        ordering = ["-frozen_at"]
        constraints = [
            models.CheckConstraint(
                name="official_document_signed_by_somebody",
                condition=Q(signed_at=None, signed_by=None, signed_post=None)
                | Q(signed_at__isnull=False, signed_by__isnull=False, signed_post__isnull=False),
            ),
            models.CheckConstraint(
                name="official_document_public_once_signed",
                condition=Q(is_public=False) | Q(needs_signature=False) | Q(signed_at__isnull=False),
            ),
        ]

    def __str__(self):
        return self.number


class OfficialFile(models.Model):
    """One stored revision of an official document's PDF: position 0 is printed, 1 bears the mark."""

    document = models.ForeignKey(OfficialDocument, on_delete=models.PROTECT, related_name="files")
    position = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveIntegerField()
    signed = models.PositiveSmallIntegerField(default=0)
    stored_at = models.DateTimeField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["document", "position"], name="official_file_one_per_place")]

    def __str__(self):
        return self.sha256[:12]
