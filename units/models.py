"""Who: bureaus, their tree of units, posts, who held a post when, and which units a leader is in charge of."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase
from simple_history.models import HistoricalRecords

STEP = 6
"""Characters of one level in a unit's path: a million children a unit."""


class Role(models.TextChoices):
    STAFF = "staff", _("Unit staff")
    HEAD = "head", _("Head")
    TOWN_OFFICE = "town_office", _("Town office")
    LINE_LEADER = "line_leader", _("Line leader")
    LINKED_LEADER = "linked_leader", _("Linked leader")
    STYLE_OFFICE = "style_office", _("Style office")
    ADMINISTRATOR = "administrator", _("Administrator")
    AUDITOR = "auditor", _("Auditor")


class Bureau(models.Model):
    """One tenant of the portal. Nothing unpublished of one bureau is visible to another."""

    code = models.SlugField(unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    short_zh = models.CharField(max_length=20, blank=True, help_text=_("In numbers and on seals"))

    history = HistoricalRecords()

    def __str__(self):
        return self.name_zh


class UnitKind(models.Model):
    """A kind of unit, such as town office or municipal school; its route is the campaign's matter."""

    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, related_name="kinds")
    key = models.SlugField()
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bureau", "key"], name="unit_kind_once_a_bureau")]

    def __str__(self):
        return self.name_zh


class UnitQuerySet(models.QuerySet):
    def under(self, unit):
        """The unit itself and everything below it."""
        return self.filter(bureau=unit.bureau_id, path__startswith=unit.path)

    def open_on(self, on):
        return self.filter(opened_on__lte=on).filter(Q(closed_on=None) | Q(closed_on__gt=on))

    def in_charge_of(self, user):
        """Units that a leader signs for by a grant of their name."""
        return self.filter(unituserobjectpermission__user=user).distinct()


class Unit(models.Model):
    """A place in a bureau's tree. `path` is materialised: the parent's path and six characters of one's own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bureau = models.ForeignKey(Bureau, on_delete=models.PROTECT, related_name="units")
    kind = models.ForeignKey(UnitKind, on_delete=models.PROTECT, related_name="units")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=STEP * 8, unique=True, editable=False)
    code = models.SlugField(max_length=40)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    is_sample = models.BooleanField(default=False)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    history = HistoricalRecords()
    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        permissions = [
            ("lead_line", "Is the line leader of this unit"),
            ("lead_linked", "Is the linked leader of this unit"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["bureau", "code"], name="unit_code_once_a_bureau"),
            models.CheckConstraint(
                name="unit_closes_after_it_opens", condition=Q(closed_on=None) | Q(closed_on__gt=F("opened_on"))
            ),
        ]

    def __str__(self):
        return self.name_zh


class UnitUserObjectPermission(UserObjectPermissionBase):
    """Guardian's grants on units by name; they disappear with the unit."""

    content_object = models.ForeignKey(Unit, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        pass


class Post(models.Model):
    """A position in a unit. Work belongs to the post; its holders come and go."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=20, choices=Role)
    key = models.SlugField(max_length=60)
    title_zh = models.CharField(max_length=60)
    title_en = models.CharField(max_length=80, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["unit__path", "role", "key"]
        constraints = [models.UniqueConstraint(fields=["unit", "key"], name="post_key_once_a_unit")]

    def __str__(self):
        return f"{self.unit.name_zh}{self.title_zh}"


class TenureQuerySet(models.QuerySet):
    def on(self, day):
        return self.filter(from_on__lte=day).filter(Q(until_on=None) | Q(until_on__gt=day))

    def of(self, user, *, on):
        return (
            self.on(on).filter(user=user, user__is_active=True).select_related("post__unit__bureau", "post__unit__kind")
        )

    def coming(self, *, after):
        """Those that begin later than that day; one called off before it began never comes."""
        return self.filter(from_on__gt=after).exclude(until_on=F("from_on"))

    def lasting(self, *, after):
        """Those that are held on that day or are still to come."""
        return self.filter(Q(until_on=None) | Q(until_on__gt=after)).exclude(until_on=F("from_on"))


class Tenure(models.Model):
    """Who held a post: from `from_on` until the day before `until_on`."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="tenures")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tenures")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    is_acting = models.BooleanField(default=False)
    ended_why = models.CharField(max_length=200, blank=True)

    history = HistoricalRecords()
    objects = TenureQuerySet.as_manager()

    class Meta:
        ordering = ["from_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="tenure_ends_after_it_begins", condition=Q(until_on=None) | Q(until_on__gte=F("from_on"))
            ),
            models.UniqueConstraint(
                fields=["post", "user"], name="tenure_one_open_per_person_and_post", condition=Q(until_on=None)
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.post}"


class ChargeQuerySet(models.QuerySet):
    def on(self, day):
        return self.filter(from_on__lte=day).filter(Q(until_on=None) | Q(until_on__gt=day))


class Charge(models.Model):
    """A leader's post is in charge of a unit. While it lasts, the holder has guardian's grant by name."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="charges")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="charges")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    ended_why = models.CharField(max_length=200, blank=True)

    history = HistoricalRecords()
    objects = ChargeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post", "unit"], name="charge_one_open_per_post_and_unit", condition=Q(until_on=None)
            ),
            models.CheckConstraint(
                name="charge_ends_after_it_begins", condition=Q(until_on=None) | Q(until_on__gte=F("from_on"))
            ),
        ]

    def __str__(self):
        return f"{self.post} → {self.unit}"
