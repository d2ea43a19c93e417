"""What waits for a person in the matter of bulletins: a draft to edit, one to sign, one to publish."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from commitments import bulletin_words
from commitments.models import Bulletin
from commitments.queries import bulletins as queries
from portal.core.desk import Item
from units.policies import Standing


def items(who: Standing, *, on: date) -> Iterator[Item]:
    """One row a bulletin: a constant number of questions."""
    yield from map(_item, queries.waiting(who))


def _item(bulletin: Bulletin) -> Item:
    name = {"quarter": bulletin_words.quarter_name(bulletin.quarter)}
    number = {"number": bulletin.document.number if bulletin.document_id else ""}
    to, due_on = reverse("bulletin", args=[bulletin.pk]), bulletin.due_on
    match bulletin.state:
        case "to_sign":
            why = _("%(number)s. You can also return it with a reason.") % number
            return Item(_("Sign the bulletin of %(quarter)s") % name, why, _("Read and sign"), to, due_on, order=2)
        case "signed":
            why = _("%(number)s is signed. Nothing is public before this click.") % number
            return Item(_("Publish the bulletin of %(quarter)s") % name, why, _("Look and publish"), to, due_on)
    why = _("Returned: %(reason)s") % {"reason": bulletin.returned_reason} if bulletin.returned_reason else ""
    why = why or _("Drafted from the frozen months. Read it, change it, choose who signs.")
    return Item(_("Edit the bulletin of %(quarter)s") % name, why, _("Edit"), to, due_on, order=2)
