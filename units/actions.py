"""What people do to the tree and its posts."""

from datetime import date, datetime

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _
from guardian.shortcuts import assign_perm, remove_perm

from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.wording import day as said_day
from units.models import STEP, Bureau, Charge, Post, Role, Tenure, Unit, UnitKind
from units.policies import LEADERS

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@transaction.atomic
def open_unit(bureau: Bureau, kind: UnitKind, *, parent: Unit | None, code: str, by, at: datetime, **fields) -> Unit:
    """Add a unit below `parent` (None for the bureau's own unit)."""
    fields.setdefault("opened_on", local_day(at))
    unit = Unit(bureau=bureau, kind=kind, parent=parent, code=code, path=_free_path(bureau, parent), **fields)
    unit.save()
    record("unit.opened", about=unit, by=by, at=at, bureau=bureau.code, code=code, kind=kind.key)
    return unit


def _free_path(bureau: Bureau, parent: Unit | None) -> str:
    """The next place among the children; the parent is locked so that two at once get two places."""
    if parent:
        base = Unit.objects.select_for_update().get(pk=parent.pk).path
        siblings = Unit.objects.filter(parent=parent)
    else:
        base, siblings = "", Unit.objects.filter(parent=None)
    last = siblings.order_by("-path").values_list("path", flat=True).first()
    place = int(last[-STEP:], 36) + 1 if last else 1
    return base + in_base_36(place)


def in_base_36(number: int) -> str:
    digits = ""
    for _place in range(STEP):
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
    return digits


@transaction.atomic
def appoint(user, post: Post, *, by, at: datetime, from_on: date | None = None, is_acting: bool = False) -> Tenure:
    """Give a post to a person from a day on; leaders receive the grants of the post's charges.

    Raises `Refused` where they hold it already, or are to hold it from a later day.
    """
    first_day = from_on or local_day(at)
    Post.objects.select_for_update().get(pk=post.pk)
    if standing := Tenure.objects.lasting(after=first_day).filter(post=post, user=user).first():
        _refuse_twice(standing, first_day)
    tenure = Tenure.objects.create(post=post, user=user, from_on=first_day, is_acting=is_acting)
    for charge in post.charges.on(first_day).select_related("unit"):
        assign_perm(LEADERS[Role(post.role)], user, charge.unit)
    record(
        "post.appointed", about=post, by=by, at=at, bureau=post.unit.bureau.code, user=user.pk, from_on=str(first_day)
    )
    return tenure


def _refuse_twice(tenure: Tenure, first_day: date) -> None:
    if tenure.from_on <= first_day:
        raise Refused(_("%(user)s already holds this post.") % {"user": tenure.user})
    told = _("%(user)s was already given this post, from %(day)s on. End that first, or leave it.")
    raise Refused(told % {"user": tenure.user, "day": said_day(tenure.from_on)})


@transaction.atomic
def end_tenure(tenure: Tenure, *, by, at: datetime, why: str) -> None:
    """End a person's time in a post today: grants and sessions end with it, work stays with the post.

    A time that has not begun never begins; the person's sessions go on.
    """
    tenure = Tenure.objects.select_for_update().select_related("post__unit__bureau", "user").get(pk=tenure.pk)
    today = local_day(at)
    if tenure.until_on and (tenure.until_on <= today or tenure.until_on == tenure.from_on):
        raise Refused(_("This post was already given up on %(day)s.") % {"day": said_day(tenure.until_on)})
    tenure.until_on, tenure.ended_why = max(today, tenure.from_on), why
    tenure.save(update_fields=["until_on", "ended_why"])
    for charge in tenure.post.charges.select_related("unit"):
        remove_perm(LEADERS[Role(tenure.post.role)], tenure.user, charge.unit)
    if tenure.from_on <= today:
        end_sessions(tenure.user)
    record(
        "post.ended", about=tenure.post, by=by, at=at, bureau=tenure.post.unit.bureau.code,
        user=tenure.user_id, words=why,
    )  # fmt: skip


def end_sessions(user) -> None:
    """Sign a person out everywhere."""
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


@transaction.atomic
def put_in_charge(post: Post, unit: Unit, *, by, at: datetime, from_on: date | None = None) -> Charge:
    """Put a leader's post in charge of a unit; its holders, and those to come, are granted the unit by name."""
    if post.role not in LEADERS:
        raise Refused(_("Only a leader's post can be in charge of a unit."))
    if post.unit.bureau_id != unit.bureau_id:
        raise Refused(_("The post and the unit belong to different bureaus."))
    first_day = from_on or local_day(at)
    charge = Charge.objects.create(post=post, unit=unit, from_on=first_day)
    for tenure in post.tenures.lasting(after=first_day).select_related("user"):
        assign_perm(LEADERS[Role(post.role)], tenure.user, unit)
    record("charge.given", about=unit, by=by, at=at, bureau=unit.bureau.code, post_id=post.pk)
    return charge


@transaction.atomic
def end_charge(charge: Charge, *, by, at: datetime, why: str) -> None:
    """Take a unit out of a leader's charge; every grant that rested on it ends."""
    charge = Charge.objects.select_for_update().select_related("post", "unit__bureau").get(pk=charge.pk)
    charge.until_on, charge.ended_why = max(local_day(at), charge.from_on), why
    charge.save(update_fields=["until_on", "ended_why"])
    for user in get_user_model().objects.filter(tenures__post=charge.post).distinct():
        remove_perm(LEADERS[Role(charge.post.role)], user, charge.unit)
    record("charge.ended", about=charge.unit, by=by, at=at, bureau=charge.unit.bureau.code, words=why)
