"""The style office files: one click, the office's own stamp, no passphrase."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from objectives import prints
from objectives.actions import acting
from objectives.models import Step
from objectives.routes import Act
from portal.core import vault
from portal.core.deeds import record
from portal.core.errors import Refused


@transaction.atomic
def file_paper(step: Step, *, fingerprint: str, by, at: datetime) -> Step:
    """Put the filing stamp into the document's last field and give the paper its receipt number.

    The stamp carries the long-term validation data and closes the document.
    """
    paper, step, post, revision = acting.take(step, by, at, {Act.FILE})
    if fingerprint != revision.fingerprint:
        raise Refused(_("The text changed while you were reading. Please read it again; nothing was filed."))
    base = acting.newest_document(revision, at)
    step.receipt = _next_receipt(paper)
    stamped = prints.stamped(vault.get(base.sha256), step, revision, post=post, at=at)
    step.document = acting.store(revision, stamped, at, position=base.position + 1, signed=base.signed + 1)
    acting.finish(paper, step, revision, post, by, at)
    record(
        "paper.filed", about=paper, by=by, at=at, bureau=paper.campaign.bureau.code, post=post.title_zh,
        round=paper.round, fingerprint=revision.fingerprint, document=step.document, receipt=step.receipt,
    )  # fmt: skip
    return step


def _next_receipt(paper) -> str:
    """安教作〔2017〕14: one series a bureau and year, counted under the campaign's row lock."""
    campaign = type(paper.campaign).objects.select_for_update().get(pk=paper.campaign_id)
    campaign.receipts += 1
    campaign.save(update_fields=["receipts"])
    short = campaign.bureau.short_zh or campaign.bureau.name_zh[:4]
    return f"{short}〔{campaign.year}〕{campaign.receipts}"
