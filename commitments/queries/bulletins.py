"""Bulletins in lists, on pages and in the record; and those the public reads."""

from commitments import bulletin_words
from commitments.models import Bulletin
from commitments.policies import bulletins as policies
from portal.core.lenses import Shown
from units.models import Role
from units.policies import Standing

MOST = 40
"""Bulletins of ten years: more than a list ever shows."""


def listed(who: Standing) -> list[Bulletin]:
    """Those this person may see, the newest first, without figures and text."""
    rows = policies.visible(who).select_related("campaign__bureau", "document", "signer")
    return list(rows.defer("figures", "text", "document__content").order_by("-quarter", "-edition", "pk")[:MOST])


def waiting(who: Standing) -> list[Bulletin]:
    """What waits for this person: drafts and signed ones for the style office, those to sign for a leader."""
    if not who.posts_as(Role.STYLE_OFFICE, Role.HEAD, Role.LINE_LEADER, Role.LINKED_LEADER):
        return []
    rows = policies.visible(who).exclude(state="published").select_related("campaign", "document")
    rows = rows.defer("figures", "text", "document__content").order_by("due_on", "quarter")
    return [row for row in rows[:MOST] if _waits(who, row)]


def _waits(who: Standing, bulletin: Bulletin) -> bool:
    if bulletin.state == "to_sign":
        return policies.signing_post(who, bulletin) is not None
    return policies.office_post(who, bulletin) is not None


def one(who: Standing, pk) -> Bulletin | None:
    """A bulletin this person may see, with everything its page needs."""
    rows = policies.visible(who).select_related("campaign__bureau", "document", "signer", "corrects__document")
    return rows.filter(pk=pk).first()


def public(bureau: str):
    """Published editions of a bureau, the newest first, with their documents."""
    rows = Bulletin.objects.filter(campaign__bureau__code=bureau, state="published", document__is_public=True)
    return rows.select_related("document", "corrects__document").order_by("-quarter", "-edition")


def public_list(bureau: str, most: int = MOST) -> list[Bulletin]:
    """The same without their texts, for lists."""
    return list(public(bureau).defer("figures", "text", "document__content", "corrects__document__content")[:most])


def as_things(who: Standing, ids: set[str]) -> dict[str, Shown]:
    """Bulletins in the record: only those this person may know of."""
    rows = policies.visible(who).filter(pk__in=ids).values_list("pk", "quarter")
    return {str(pk): Shown(bulletin_words.quarter_name(quarter), f"/work/bulletins/{pk}/") for pk, quarter in rows}
