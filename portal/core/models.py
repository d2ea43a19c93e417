"""The ground's nouns: who logs in, what was done, what must be told, which days are worked, who can sign."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class User(AbstractUser):
    """A person. What they may do comes from their posts (units), never from this row."""

    first_name = None
    last_name = None
    name = models.CharField(_("name"), max_length=80, blank=True)

    def __str__(self):
        return self.name or self.username

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return str(self)


class Installation(models.Model):
    """One row: whether this database plays a demonstration. Set when it is created, never changed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    is_demo = models.BooleanField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="installation_is_one_row", condition=Q(id=1))]

    def __str__(self):
        return "demo" if self.is_demo else "real"


class DeedQuerySet(models.QuerySet):
    def about(self, thing):
        return self.filter(about=thing._meta.label_lower, about_id=str(thing.pk))

    def in_bureau(self, code):
        return self.filter(bureau=code)


class Deed(models.Model):
    """What a person or the clock did. Chained by hash and append-only: database triggers refuse change.

    Holds ids, posts, hashes and fixed verbs. Words that people typed stand in `DeedWords`, whose salted
    hash is part of the deed, so that they can be removed for privacy and the chain still verifies.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    bureau = models.CharField(max_length=40, blank=True)
    by = models.CharField(max_length=40, help_text="user id, or 'clock' or 'command'")
    post = models.CharField(max_length=120, blank=True)
    about = models.CharField(max_length=60)
    about_id = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    words_hash = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = DeedQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["about", "about_id", "number"], name="deed_about"),
            models.Index(fields=["bureau", "-number"], name="deed_bureau"),
        ]

    def __str__(self):
        return f"{self.number} {self.verb}"


class DeedWords(models.Model):
    """What a person wrote with a deed; removable, while the deed stays."""

    deed = models.OneToOneField(Deed, on_delete=models.PROTECT, related_name="words")
    salt = models.CharField(max_length=32)
    text = models.TextField()

    def __str__(self):
        return self.text[:60]


class LetterQuerySet(models.QuerySet):
    def waiting(self):
        """Letters not yet handed to the mail server and still worth trying."""
        return self.filter(handed_at=None, failed_at=None)

    def unread(self):
        return self.filter(read_at=None)

    def failed(self):
        """Letters that no mail server took, however often they were tried; they still stand in the portal."""
        return self.filter(failed_at__isnull=False)


class Letter(models.Model):
    """A message to one person: stands in the portal exactly once per key, and is handed to the mail server.

    The row is the truth. The broker only wakes the worker up earlier.
    """

    key = models.CharField(max_length=160, unique=True)
    to = models.ForeignKey(User, on_delete=models.CASCADE, related_name="letters")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    path = models.CharField(max_length=300, blank=True)
    posted_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-posted_at", "-id"]
        indexes = [
            models.Index(fields=["posted_at"], name="letter_waiting", condition=Q(handed_at=None, failed_at=None)),
            models.Index(fields=["-id"], name="letter_failed", condition=Q(failed_at__isnull=False)),
        ]

    def __str__(self):
        return self.subject


class Job(models.Model):
    """How one job of the timetable fares: a row a name, written over at each run. What it did stands elsewhere.

    `failures` counts those since the last success; `problem` and `due_every` (seconds) are of the last run.
    """

    PATIENCE = 3

    name = models.CharField(max_length=60, unique=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ok_at = models.DateTimeField(null=True, blank=True)
    did = models.PositiveIntegerField(default=0)
    runs = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    due_every = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def is_overdue(self, *, at) -> bool:
        """Whether no run has come to an end for more than `PATIENCE` of its intervals."""
        return self.ended_at is None or (at - self.ended_at).total_seconds() > self.PATIENCE * self.due_every


class SpecialDay(models.Model):
    """A public holiday, or a weekend day that is worked. Source: the State Council's yearly notices."""

    on = models.DateField(_("day"), unique=True)
    is_workday = models.BooleanField(_("is worked"))
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)

    class Meta:
        ordering = ["on"]
        verbose_name = _("special day")
        verbose_name_plural = _("special days")

    def __str__(self):
        return f"{self.on} {self.name_zh}"


class SignerKeyQuerySet(models.QuerySet):
    def valid(self):
        return self.filter(revoked_at=None)


class SignerKey(models.Model):
    """A person's signing key, sealed under a passphrase the portal never stores, with its certificate.

    `strokes` is the handwriting drawn at enrolment or changed later.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="signer_keys")
    certificate = models.TextField()
    sealed = models.JSONField()
    strokes = models.JSONField(default=list, blank=True)
    issued_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_why = models.CharField(max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)

    objects = SignerKeyQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("cryptography", "signing key")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], name="signer_key_one_valid_per_person", condition=Q(revoked_at=None)
            )
        ]

    def __str__(self):
        return f"{self.user_id}"
