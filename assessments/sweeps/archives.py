"""The clock makes the closing archives that were asked for."""

from datetime import date, datetime, timedelta

from django.db import transaction

from assessments import archiving
from assessments.models import Archive
from assessments.notices import archives as notices
from assessments.queries import archives as queries
from portal.core import jobs, vault
from portal.core.deeds import record

LEASE = timedelta(minutes=15)
"""Longer than the worker lets any job run: after it, whoever was making the archive is gone."""
NOTCHES = 50
"""How often at most the progress is written down."""


def make_waiting(*, on: date, at: datetime) -> int:
    """Make every archive that was asked for; returns how many were made now.

    One that cannot be made says why and keeps no other waiting. A worker that dies leaves nothing behind: the next
    one begins anew once the lease has run out.
    """
    return jobs.each(list(queries.waiting()), lambda archive: _make(archive, at))


def _make(archive: Archive, at: datetime) -> bool:
    if not _claim(archive, at):
        return False
    try:
        made = archiving.build(archive.campaign, told=_telling(archive, at))
    except Exception as problem:
        _give_up(archive, str(problem) if isinstance(problem, vault.Damaged) else jobs.told(problem), at)
        raise
    return _keep(archive, made, at)


@transaction.atomic
def _claim(archive: Archive, at: datetime) -> bool:
    """Whether this process makes it: it is not made, not given up, and nobody else began within the lease."""
    row = Archive.objects.select_for_update().get(pk=archive.pk)
    began = row.progress.get("began_at")
    if row.made_at or row.problem or (began and at - datetime.fromisoformat(began) < LEASE):
        return False
    row.progress = _progress(at, "documents", 0, 1)
    row.save(update_fields=["progress"])
    return True


def _telling(archive: Archive, at: datetime) -> archiving.Told:
    last = 0

    def told(step: str, done: int, of: int) -> None:
        nonlocal last
        notch = done * NOTCHES // of
        if notch > last:
            last = notch
            Archive.objects.filter(pk=archive.pk, made_at=None).update(progress=_progress(at, step, done, of))

    return told


def _progress(at: datetime, step: str, done: int, of: int) -> dict:
    return {"began_at": at.isoformat(), "step": step, "done": done, "of": of}


@transaction.atomic
def _keep(archive: Archive, made: archiving.Made, at: datetime) -> bool:
    row = Archive.objects.select_for_update().get(pk=archive.pk)
    if row.made_at or row.problem:
        return False
    archive.made_at, archive.progress = at, {}
    archive.sha256, archive.size, archive.files = made.sha256, made.size, made.files
    archive.save(update_fields=["made_at", "sha256", "size", "files", "progress"])
    record("archive.made", about=archive, by="clock", at=at, bureau=archive.campaign.bureau.code,
           campaign=archive.campaign.code, sha256=made.sha256, size=made.size, files=made.files)  # fmt: skip
    notices.made(archive, at=at)
    return True


@transaction.atomic
def _give_up(archive: Archive, problem: str, at: datetime) -> None:
    row = Archive.objects.select_for_update().get(pk=archive.pk)
    if row.made_at or row.problem:
        return
    archive.problem, archive.progress = problem[:300], {}
    archive.save(update_fields=["problem", "progress"])
    notices.failed(archive, at=at)
