"""Bonus, deduction and veto in words: what each is, whether it counts, what this reader may open."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from assessments.models import Adjustment
from assessments.policies import adjustments as policies
from assessments.states import AdjustmentKind
from portal.core.wording import amount, day, said
from units.policies import Standing


def label(each: Adjustment) -> str:
    """“Deduction 0.5”; a veto has no points."""
    name = str(AdjustmentKind(each.kind).label)
    return f"{name} {amount(each.points)}" if each.points else name


def rows(adjustments: Iterable[Adjustment], who: Standing) -> list[dict]:
    """For the pages of a case: two questions more, and none where there is nothing."""
    found = list(adjustments)
    if not found:
        return []
    pks = [each.pk for each in found]
    pages = set(policies.visible(who).filter(pk__in=pks).values_list("pk", flat=True))
    proofs = set(policies.with_proof(who).filter(pk__in=pks).values_list("pk", flat=True))
    return [row(each, opens=each.pk in pages, has_proof=each.pk in proofs) for each in found]


def row(each: Adjustment, *, opens: bool, has_proof: bool) -> dict:
    return {
        "each": each, "label": label(each), "notes": notes(each), "opens": opens, "has_proof": has_proof,
        "document": each.proof_title or _("The document it rests on"),
    }  # fmt: skip


def notes(each: Adjustment) -> list[str]:
    """When it happened, who entered it, who stands for it, and why it counts no more."""
    told = {"day": day(each.happened_on), "post": said(each.made_post, "title"), "made": day(each.made_at)}
    found = [_("happened on %(day)s; entered by %(post)s on %(made)s") % told]
    if each.confirmed_at:
        told = {"post": said(each.confirmed_post, "title"), "day": day(each.confirmed_at)}
        found.append(_("confirmed by %(post)s on %(day)s") % told)
    elif each.kind == AdjustmentKind.VETO and not each.taken_back_at:
        found.append(_("not confirmed by a leader yet: it does not count so far"))
    if each.taken_back_at:
        told = {"day": day(each.taken_back_at), "why": each.taken_back_why}
        found.append(_("taken back on %(day)s: %(why)s") % told)
    return found
