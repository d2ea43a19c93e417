"""Days of key work on which nobody visits: set and lifted by the style office, as exam weeks become known."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from objectives import benchmark_notices as notices
from objectives import benchmark_policies as policies
from objectives.models import Blackout, Visit
from objectives.states import VisitState
from portal.core.clock import local_day, require_honest
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from units.models import Bureau, Role
from units.policies import standing

LONGEST = timedelta(days=92)


@transaction.atomic
def set_days(
    bureau: Bureau, *, from_on: date, to_on: date, why_zh: str, why_en: str = "", by, at: datetime
) -> Blackout:
    """Set days without visits. Units with a standing visit on them are told; the visits themselves stay theirs."""
    require_honest(at)
    bureau, who = _locked(bureau), standing(by, on=local_day(at))
    require(policies.can_keep_blackouts(who, bureau.pk))
    if to_on < from_on:
        raise Refused(_("The last day lies before the first."))
    if from_on < who.on:
        raise Refused(_("These days are past. Set days from today on."))
    if to_on - from_on >= LONGEST:
        raise Refused(_("At most three months at once: days of key work, not a ban."))
    if not why_zh.strip():
        raise Refused(_("Say which work it is for."))
    if Blackout.objects.filter(bureau=bureau, from_on=from_on, to_on=to_on).exists():
        raise Refused(_("These days are set already."))
    made = Blackout.objects.create(bureau=bureau, from_on=from_on, to_on=to_on, why_zh=why_zh.strip()[:80],
                                   why_en=why_en.strip()[:120])  # fmt: skip
    record("blackout.set", about=made, by=by, at=at, bureau=bureau.code, post=_post(who, bureau), words=made.why_zh,
           from_on=from_on.isoformat(), to_on=to_on.isoformat())  # fmt: skip
    hit = Visit.objects.filter(unit__bureau=bureau, state__in=[VisitState.ASKED, VisitState.APPROVED],
                               from_on__lte=to_on, to_on__gte=from_on)  # fmt: skip
    for visit in hit.select_related("unit", "benchmark"):
        notices.blacked_out(visit, made, at=at)
    return made


@transaction.atomic
def lift(blackout: Blackout, *, by, at: datetime) -> None:
    """Take the days back: visits may fall on them again."""
    require_honest(at)
    bureau, who = _locked(blackout.bureau), standing(by, on=local_day(at))
    require(policies.can_keep_blackouts(who, bureau.pk))
    row = Blackout.objects.select_for_update().filter(pk=blackout.pk).first()
    if row is None:
        return
    record("blackout.lifted", about=row, by=by, at=at, bureau=bureau.code, post=_post(who, bureau), words=row.why_zh,
           from_on=row.from_on.isoformat(), to_on=row.to_on.isoformat())  # fmt: skip
    row.delete()


def _locked(bureau: Bureau) -> Bureau:
    """One calendar a bureau: who asks for a visit waits here too."""
    return Bureau.objects.select_for_update(no_key=True).get(pk=bureau.pk)


def _post(who, bureau: Bureau) -> str:
    return who.bureau_post(Role.STYLE_OFFICE, bureau.pk).title_zh
