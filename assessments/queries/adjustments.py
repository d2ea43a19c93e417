"""Adjustments on their own pages and desks."""

from assessments.models import Adjustment
from assessments.policies import adjustments as policies
from units.policies import Standing

RELATED = (
    "case__assessment__campaign__bureau", "case__assessment__standard", "case__unit__parent", "criterion",
    "made_post", "confirmed_post",
)  # fmt: skip
FEW = 50


def one(who: Standing, pk) -> Adjustment | None:
    """An adjustment this person may see, with what its page needs."""
    return policies.visible(who).select_related(*RELATED).filter(pk=pk).first()


def proof(who: Standing, pk) -> Adjustment | None:
    return policies.with_proof(who).filter(pk=pk).first()


def waiting(who: Standing) -> list[Adjustment]:
    """Vetoes that wait for this person's confirmation, the oldest first."""
    return list(policies.waiting(who).select_related("case__unit", "made_post").order_by("made_at", "pk")[:FEW])
