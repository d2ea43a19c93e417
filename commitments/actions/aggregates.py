"""The one thing a town office tells the style office of its schools each month: counts, in one click."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from commitments import numbers
from commitments.models import Aggregate, Month, Sheet
from commitments.queries import aggregates
from objectives.missing import personal_number
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.wording import day, moment
from units.models import Role, Unit
from units.policies import standing


@transaction.atomic
def send_aggregate(month: Month, unit: Unit, word: str = "", *, by, at: datetime) -> Aggregate:
    """Send a month's counts of a town office's schools, once: by cell, by status, how many are stuck.

    From the day after the due day on, or as soon as every school has reported. Two clicks at once: one aggregate.
    """
    month = Month.objects.select_for_update(of=("self",)).select_related("campaign__bureau").get(pk=month.pk)
    on = local_day(at)
    post = standing(by, on=on).post(Role.TOWN_OFFICE, unit)
    if post is None or unit.bureau_id != month.campaign.bureau_id:
        raise Refused(_("Only the town office itself sends the counts of its schools."))
    if sent := Aggregate.objects.filter(month=month, unit=unit).first():
        raise Refused(
            _("%(who)s already sent these counts on %(when)s, receipt %(receipt)s.")
            % {"who": sent.sent_by, "when": moment(sent.sent_at), "receipt": sent.receipt}
        )
    sheets = Sheet.objects.filter(month=month, receiver=unit, lines__gt=0)
    if not sheets.exists():
        raise Refused(_("No school of this office had anything to report this month."))
    if month.due_on >= on and sheets.missing().exists():
        raise Refused(
            _("Some schools have not reported and may do so until %(day)s. The counts can be sent after that day.")
            % {"day": day(month.due_on)}
        )
    if found := personal_number(word):
        raise Refused(_("This looks like a telephone or identity number (%(found)s). Take it out.") % {"found": found})
    made = Aggregate.objects.create(
        month=month, unit=unit, counts=aggregates.counts(month, unit, on=on), word=word.strip()[:300], sent_at=at,
        sent_by=by, sent_post=post, receipt=numbers.receipt(month.campaign, month.code),
    )  # fmt: skip
    record("aggregate.sent", about=made, by=by, at=at, bureau=month.campaign.bureau.code, post=post.title_zh,
           words=made.word, month=month.code, receipt=made.receipt, counts=made.counts)  # fmt: skip
    return made
