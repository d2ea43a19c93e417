"""Photographs of an inspection: made anew before they are kept, private, stored once however often they are sent."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.actions.sheets import take
from assessments.models import Opinion, Photo
from assessments.policies import inspections as policies
from assessments.queries import inspections as queries
from objectives.missing import require_no_number
from portal.core import uploads, vault
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from units.policies import standing

MOST = 20
"""Photographs on one sheet: proof, not an album."""


def add(
    opinion: Opinion, *, upload, sent_as: UUID, title: str = "", criterion: int | None = None,
    taken_on: date | None = None, by, at: datetime,
) -> Photo:  # fmt: skip
    """Keep one file (`upload` has `read()`) on an open sheet and return it. The same `sent_as` again returns what is
    kept. Call it outside of every transaction: making the file anew takes a second.
    """
    if known := Photo.objects.filter(opinion=opinion, sent_as=sent_as).first():
        require(policies.can_see(standing(by, on=local_day(at)), opinion))
        return known
    title = " ".join(title.split())[:120]
    require_no_number(title)
    require(policies.can_write(standing(by, on=local_day(at)), opinion))
    clean = uploads.cleaned(upload.read())
    return _keep(opinion, clean, sent_as, title, criterion, taken_on, by=by, at=at)


@transaction.atomic
def _keep(opinion, clean: uploads.Clean, sent_as: UUID, title, criterion, taken_on, *, by, at: datetime) -> Photo:
    opinion = take(opinion)
    require(policies.can_write(standing(by, on=local_day(at)), opinion))
    rows = Photo.objects.filter(opinion=opinion)
    if known := rows.filter(sent_as=sent_as).first():
        return known
    rows = rows.filter(removed_at=None)
    if rows.filter(original=clean.original).exists():
        raise Refused(_("This file is already here."))
    if rows.count() >= MOST:
        raise Refused(_("There are already %(n)s files here. Take one back before you add another.") % {"n": MOST})
    today = local_day(at)
    known_criteria = {row.pk for row in queries.looked_at(opinion.inspection.case)}
    photo = Photo.objects.create(
        opinion=opinion, criterion_id=criterion if criterion in known_criteria else None, title=title,
        kind=clean.kind, sha256=vault.put(clean.data), original=clean.original, size=len(clean.data),
        sent_as=sent_as, taken_on=min(taken_on or today, today), added_at=at,
    )  # fmt: skip
    _record("evidence.added", photo, opinion, by=by, at=at)
    return photo


@transaction.atomic
def remove(photo: Photo, *, by, at: datetime) -> Photo:
    """Take a photograph back before the sheet is sent. The row stays, with the moment; nobody reads the file."""
    opinion = take(photo.opinion)
    require(policies.can_write(standing(by, on=local_day(at)), opinion))
    photo = Photo.objects.get(pk=photo.pk)
    if photo.removed_at is None:
        photo.removed_at = at
        photo.save(update_fields=["removed_at"])
        _record("evidence.removed", photo, opinion, by=by, at=at)
    return photo


def _record(verb: str, photo: Photo, opinion: Opinion, *, by, at: datetime) -> None:
    unit = opinion.inspection.case.unit
    record(
        verb, about=photo, by=by, at=at, bureau=unit.bureau.code, post=opinion.inspector.post.title_zh,
        words=photo.title, unit=unit.code, kind=photo.kind, sha256=photo.sha256, original=photo.original,
    )  # fmt: skip
