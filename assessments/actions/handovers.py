"""A place on an inspection passes on to the next in the draw's line. Nobody chooses who that is."""

from datetime import datetime

from assessments.models import Handover, Opinion
from assessments.queries import rounds, succession
from portal.core.clock import local_day


def pass_on(
    opinion: Opinion, *, reason: str, words: str = "", keeps: bool = False, by, at: datetime
) -> Handover | None:
    """Give this sheet to the next in line; None when nobody is left. Under the caller's lock of the inspection.

    What stands on the sheet goes, unless it `keeps` what was sent before. Whoever takes over declares anew. The
    caller records it and tells people.
    """
    inspection, before = opinion.inspection, opinion.inspector
    after = succession.next_inspector(inspection, on=local_day(at))
    if after is None:
        return None
    if not keeps:
        _empty(opinion, at)
    opinion.inspector, opinion.clear_at = after, None
    opinion.version += 1
    opinion.save()
    rounds.revoke(inspection, before)
    rounds.grant(inspection, after)
    return Handover.objects.create(
        opinion=opinion, before=before, after=after, reason=reason, words=words[:200], at=at, by=by
    )


def facts_of(handover: Handover) -> dict:
    """What the record keeps of it besides the unit."""
    return {"before": handover.before.number, "after": handover.after.number, "reason": str(handover.reason)}


def _empty(opinion: Opinion, at: datetime) -> None:
    """Nothing of a draft goes over to whoever takes the sheet."""
    opinion.marks.all().delete()
    opinion.findings.filter(rectification=None).delete()
    opinion.photos.filter(removed_at=None).update(removed_at=at)
    opinion.visited_on = opinion.saved_at = None
    opinion.talked_to = opinion.words = ""
