"""Letters about closing archives: to whoever asked for one."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from assessments.models import Archive
from commitments.notices import LETTERS_SPEAK
from portal.core import letters


def made(archive: Archive, *, at: datetime) -> None:
    """It is there, with the SHA-256 to check a copy by."""
    with translation.override(LETTERS_SPEAK):
        subject = _("The closing archive is made: %(campaign)s") % {"campaign": _named(archive)}
        body = _("It can be downloaded now. SHA-256: %(sha256)s") % {"sha256": archive.sha256}
    letters.post(
        f"archive-{archive.pk}", to=archive.asked_by, subject=subject, body=body, path="/work/archives/", at=at
    )


def failed(archive: Archive, *, at: datetime) -> None:
    """It could not be made, and why."""
    with translation.override(LETTERS_SPEAK):
        subject = _("The closing archive could not be made: %(campaign)s") % {"campaign": _named(archive)}
        body = _("Why: %(problem)s Tell whoever runs the portal; then ask for the archive again.")
    letters.post(f"archive-{archive.pk}", to=archive.asked_by, subject=subject, at=at, path="/work/archives/",
                 body=body % {"problem": archive.problem})  # fmt: skip


def _named(archive: Archive) -> str:
    return f"{archive.campaign.title_zh}（{archive.campaign.year}）"
