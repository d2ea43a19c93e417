"""Filters of the ledger that a person keeps under a name. Nobody else sees them, so no deed tells of them."""

from django.db import transaction
from django.utils.translation import gettext as _

from commitments.models import SavedView
from portal.core.errors import Refused

MOST = 20


@transaction.atomic
def keep(name: str, query: str, *, by) -> SavedView:
    """Keep a filter; the same name is written over. At most twenty a person."""
    name = name.strip()[:40]
    if not name:
        raise Refused(_("Give the view a name."))
    if len(query) > 400:
        raise Refused(_("This filter is too long to keep. Take something out."))
    kept = SavedView.objects.select_for_update().filter(user=by)
    if kept.exclude(name=name).count() >= MOST:
        raise Refused(_("You keep %(n)s views already. Forget one first.") % {"n": MOST})
    return kept.update_or_create(user=by, name=name, defaults={"query": query})[0]


def forget(name: str, *, by) -> None:
    """Forget a kept filter; one that is not there is forgotten already."""
    SavedView.objects.filter(user=by, name=name).delete()
