"""Evidence: added as long as nothing was handed in, taken back until then. The file is made anew before it is kept."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from commitments.models import Entry, Evidence, Line, Rectification, Sheet
from commitments.policies import evidence as policy
from commitments.report_policies import unit_post
from objectives.missing import personal_number
from portal.core import uploads, vault
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from portal.core.wording import day
from units.policies import standing

MOST = 10
"""Files under one entry or rectification: proof, not an album."""


def add(
    *,
    line: Line | None = None,
    entry: Entry | None = None,
    rectification: Rectification | None = None,
    upload,
    title: str,
    happened_on: date,
    by,
    at: datetime,
) -> Evidence:
    """Keep one file (`upload` has `read()`) under an entry, a rectification or a line, and return it.

    Raises `Refused` for a file that is not accepted, a day that cannot be, or anything already handed in.
    The same file elsewhere is kept too; `queries.evidence.reused` shows it to those who receive it.
    Call it outside of every transaction: making the file anew takes a second.
    """
    line = line or (entry or rectification).line
    if line is None:
        raise Refused(_("Evidence belongs to a promise; this order names none."))
    title = " ".join(title.split())
    _require_words(title)
    _require_day(line, happened_on, on=local_day(at))
    _allow(line, entry, rectification, by=by, at=at, locked=False)
    clean = uploads.cleaned(upload.read())
    return _keep(clean, line, entry, rectification, title=title, happened_on=happened_on, by=by, at=at)


@transaction.atomic
def remove(evidence: Evidence, *, by, at: datetime) -> Evidence:
    """Take a file back before it is handed in. The row stays, with the moment; nobody reads the file any more."""
    evidence = Evidence.objects.select_for_update(of=("self",)).select_related("line__campaign__bureau").get(
        pk=evidence.pk
    )  # fmt: skip
    post = _allow(evidence.line, evidence.entry, evidence.rectification, by=by, at=at)
    if evidence.removed_at:
        return evidence
    evidence.removed_at = at
    evidence.save(update_fields=["removed_at"])
    _record("evidence.removed", evidence, post, by=by, at=at)
    return evidence


@transaction.atomic
def _keep(clean: uploads.Clean, line, entry, rectification, *, title, happened_on, by, at) -> Evidence:
    post = _allow(line, entry, rectification, by=by, at=at)
    beside = Evidence.objects.filter(line=line, entry=entry, rectification=rectification, removed_at=None)
    if beside.filter(original=clean.original).exists():
        raise Refused(_("This file is already here."))
    if beside.count() >= MOST:
        raise Refused(_("There are already %(n)s files here. Take one back before you add another.") % {"n": MOST})
    evidence = Evidence.objects.create(
        line=line, entry=entry, rectification=rectification, title=title, happened_on=happened_on, kind=clean.kind,
        sha256=vault.put(clean.data), original=clean.original, size=len(clean.data), added_at=at, added_by=by,
    )  # fmt: skip
    _record("evidence.added", evidence, post, by=by, at=at)
    return evidence


def _allow(line: Line, entry: Entry | None, rectification: Rectification | None, *, by, at: datetime, locked=True):
    """The post in which this person may change what stands there, asked under the lock of its sheet or order."""
    sheet = None
    if entry is not None:
        sheet = Sheet.objects.locked(entry.sheet_id) if locked else Sheet.objects.get(pk=entry.sheet_id)
        if entry.line_id != line.pk:
            raise Refused(_("This entry reports another promise."))
    if rectification is not None:
        rows = Rectification.objects.select_for_update(of=("self",)) if locked else Rectification.objects
        rectification = rows.get(pk=rectification.pk)
    who = standing(by, on=local_day(at))
    require(policy.can_change(who, line=line, sheet=sheet, rectification=rectification))
    return unit_post(who, line)


def _require_words(title: str) -> None:
    if not title:
        raise Refused(_("Say in a few words what the file shows."))
    if found := personal_number(title):
        raise Refused(
            _("“%(found)s” looks like a telephone or identity number. Evidence is named without it.")
            % {"found": found}
        )  # fmt: skip


def _require_day(line: Line, happened_on: date, *, on: date) -> None:
    first = line.campaign.starts_on
    if happened_on > on:
        raise Refused(_("The day that the file shows has not come yet."))
    if happened_on < first:
        raise Refused(_("The file shows a day before the campaign, which began on %(day)s.") % {"day": day(first)})


def _record(verb: str, evidence: Evidence, post, *, by, at: datetime) -> None:
    record(
        verb, about=evidence, by=by, at=at, bureau=evidence.line.campaign.bureau.code, post=post.title_zh,
        words=evidence.title, line=evidence.line.code, kind=evidence.kind, sha256=evidence.sha256,
        original=evidence.original,
    )  # fmt: skip
