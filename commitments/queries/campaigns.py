"""Which campaigns a person keeps an eye on, by the posts they hold: the newest first."""

from commitments.models import Publication
from objectives.models import Campaign
from units.models import Role
from units.policies import Standing

OVERSEERS = (Role.STYLE_OFFICE, Role.AUDITOR, Role.TOWN_OFFICE, Role.LINE_LEADER, Role.LINKED_LEADER)
"""Posts that look after the reports of other units."""
KEEPERS = (*OVERSEERS, Role.HEAD, Role.STAFF)
"""Posts that have a ledger."""


def campaigns(who: Standing, roles: tuple[Role, ...]) -> list[Campaign]:
    """Campaigns with published promises in the bureaus where this person holds one of these posts."""
    bureaus = {post.unit.bureau_id for post in who.posts_as(*roles)}
    published = Publication.objects.order_by().values("campaign")
    rows = Campaign.objects.filter(bureau__in=bureaus, pk__in=published).select_related("bureau")
    return list(rows.order_by("-starts_on", "-pk"))


def chosen(rows: list[Campaign], code: str) -> Campaign | None:
    """The one asked for; the newest when none is; None for one that is not among them."""
    if not code:
        return rows[0] if rows else None
    return next((row for row in rows if row.code == code), None)
