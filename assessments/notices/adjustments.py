"""Letters about vetoes: to those who lead the bureau when one waits, to the style office what became of it."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from assessments.models import Adjustment
from assessments.notices import results
from commitments.notices import LETTERS_SPEAK
from commitments.policies.bulletins import signers
from portal.core import letters
from portal.core.clock import local_day
from units.models import Tenure


def to_confirm(adjustment: Adjustment, *, at: datetime) -> None:
    """Everyone who may confirm it; whoever confirms first does it for all."""
    with translation.override(LETTERS_SPEAK):
        subject = _("To confirm: a veto on %(unit)s") % _unit(adjustment)
        body = _("It counts only once you or another leader confirms it. You can also take it back with a reason.")
    posts = signers(adjustment.case.unit.bureau_id)
    rows = Tenure.objects.on(local_day(at)).filter(post__in=posts, user__is_active=True)
    _post(adjustment, "confirm", rows.exclude(user=adjustment.made_by_id), subject, body, at)


def confirmed(adjustment: Adjustment, *, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        subject = _("Confirmed: the veto on %(unit)s") % _unit(adjustment)
        body = _("It counts when the results are put together next.")
    _post(adjustment, "confirmed", results.office(adjustment.case.unit.bureau_id, at), subject, body, at)


def refused(adjustment: Adjustment, *, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        subject = _("Not confirmed: the veto on %(unit)s") % _unit(adjustment)
        body = _("The leader took it back: %(reason)s") % {"reason": adjustment.taken_back_why}
    _post(adjustment, "refused", results.office(adjustment.case.unit.bureau_id, at), subject, body, at)


def _unit(adjustment: Adjustment) -> dict:
    return {"unit": adjustment.case.unit.name_zh}


def _post(adjustment: Adjustment, stage: str, tenures: Iterable, subject: str, body: str, at: datetime) -> None:
    path = f"/work/adjustments/{adjustment.pk}/"
    for user in {tenure.user for tenure in tenures.select_related("user")}:
        key = f"adjustment-{adjustment.pk}-{stage}-{user.pk}"
        letters.post(key, to=user, subject=subject[:200], body=body, path=path, at=at)
