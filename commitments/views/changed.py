"""What became of a promise as the public reads it: changes with their reason, before and after, who approved by
post; and one line for each order to put something right, without names.
"""

from datetime import date

from django.utils.translation import gettext as _

from commitments import change_words, rectification_words
from commitments.amending import WITHDRAWAL
from commitments.models import Amendment, Commitment, Rectification
from commitments.queries import amendments as queries


def of_promise(commitment: Commitment) -> list[dict]:
    """Every change in force, newest first; two questions, and one where nothing was changed."""
    return [_row(amendment) for amendment in queries.in_force(commitment)]


def _row(amendment: Amendment) -> dict:
    lowered = amendment.lowers and amendment.kind != WITHDRAWAL
    return {
        "change": amendment,
        "title": change_words.title(amendment),
        "reason": change_words.reason(amendment),
        "rows": change_words.rows(amendment),
        "approvers": change_words.approvers(amendment.route),
        "lowers": _("Less is promised than before, or later") if lowered else "",
    }


def marked(promises: list[Commitment]) -> list[Commitment]:
    """The promises, each withdrawn one with `withdrawn_words`: “Withdrawn, amendment 2”. Asks only if there is one."""
    numbers = queries.withdrawal_numbers(promises)
    for promise in promises:
        promise.withdrawn_words = change_words.withdrawn(numbers.get(promise.pk)) if promise.withdrawn_on else ""
    return promises


def rectified(orders: list[Rectification], *, on: date) -> list[dict]:
    """One honest line an order."""
    return [rectification_words.public_line(order, on=on) for order in orders]
