"""Proof that a unit attaches to its appeal: made anew before it is kept, read by those who check and decide."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.actions.appealed import locked, record_of
from assessments.models import Appeal, AppealFile
from assessments.policies import appeals as policies
from assessments.policies.results import own_post
from objectives.missing import require_no_number
from portal.core import uploads, vault
from portal.core.clock import local_day
from portal.core.errors import Refused
from portal.core.verdicts import require
from units.policies import standing

MOST = 20


@dataclass(frozen=True, slots=True)
class Attached:
    """A file as it was handed in: `upload` has `read()`."""

    upload: Any
    title: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """The same made anew, ready to be kept."""

    clean: uploads.Clean
    title: str

    @property
    def original(self) -> str:
        return self.clean.original


def judged(files: Iterable[Attached]) -> list[Judged]:
    """Files made anew. Outside of every transaction: each takes a second."""
    return [Judged(uploads.cleaned(each.upload.read()), _title(each.title)) for each in files]


def add(appeal: Appeal, *, upload, title: str = "", by, at: datetime) -> AppealFile:
    """Attach one more file, until both who check again have handed in. Outside of every transaction."""
    require(policies.can_attach(standing(by, on=local_day(at)), appeal))
    (made,) = judged([Attached(upload, title)])
    return _add(appeal, made, by=by, at=at)


@transaction.atomic
def _add(appeal: Appeal, made: Judged, *, by, at: datetime) -> AppealFile:
    appeal, who = locked(appeal), standing(by, on=local_day(at))
    require(policies.can_attach(who, appeal))
    file = keep(appeal, made, by=by, at=at)
    post = own_post(who, appeal.case)
    record_of("appeal.attached", appeal, by, at, post=post.title_zh, words=file.title, kind=file.kind,
              sha256=file.sha256, original=file.original)  # fmt: skip
    return file


def keep(appeal: Appeal, made: Judged, *, by, at: datetime) -> AppealFile:
    """Store one under an appeal that the caller holds locked."""
    known: Sequence[str] = list(AppealFile.objects.filter(appeal=appeal).values_list("original", flat=True))
    if made.original in known:
        raise Refused(_("This file is already here."))
    if len(known) >= MOST:
        raise Refused(_("An appeal carries at most %(n)s files.") % {"n": MOST})
    clean = made.clean
    return AppealFile.objects.create(
        appeal=appeal, title=made.title, kind=clean.kind, sha256=vault.put(clean.data), original=clean.original,
        size=len(clean.data), added_at=at, added_by=by,
    )  # fmt: skip


def _title(title: str) -> str:
    title = " ".join(title.split())[:120]
    require_no_number(title)
    return title
