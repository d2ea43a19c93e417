"""What becomes of an appeal: filed by the head, checked again by two people alone, decided in writing, once.

Whatever changes a result locks the assessment first, so that decisions and the publication come one after another. The
contract of this topic: `file`, `name`, `recheck`, and from `deciding` what belongs to the decision.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments.actions.appeal_files import Attached, judged, keep
from assessments.actions.appealed import locked, record_of, save, whence
from assessments.actions.deciding import changed, decide, decided, draft_decision, send_back
from assessments.actions.standing_results import locked_case
from assessments.models import Appeal, AppealPoint, Case
from assessments.notices import appeals as notices
from assessments.policies import appeals as policies
from assessments.queries import totals
from assessments.states import AppealState
from portal.core.clock import local_day
from portal.core.deeds import attempt
from portal.core.errors import Refused
from portal.core.verdicts import require
from portal.core.wording import amount
from units.models import Role
from units.policies import standing

__all__ = ["changed", "decide", "decided", "draft_decision", "file", "name", "recheck", "send_back"]
MOST_POINTS = 20
PLACES = ("first", "second")


def file(
    case: Case, *, grounds: str, points: Mapping[int, str], adjustments: Mapping[int, str] | None = None,
    files: Sequence[Attached] = (), by, at: datetime,
) -> Appeal:  # fmt: skip
    """The head's appeal: `grounds`, by criterion what is wrong with its score, by adjustment what is wrong with a
    deduction or veto, and the first files. Out of time it is refused, and that it was tried stands in the record.
    Outside of every transaction: making a file anew takes a second.
    """
    clean = judged(files) if policies.can_file(standing(by, on=local_day(at)), case) else []
    with attempt("appeal.not_allowed", **whence(case, by, at), what="file"):
        case, who = locked_case(case), standing(by, on=local_day(at))
        require(policies.can_file(who, case))
        grounds = grounds.strip()
        if not grounds or len(grounds) > 2000:
            raise Refused(_("Say in at most 2,000 characters what the appeal rests on."))
        rows = _points(case, points, adjustments or {})
        post = who.post(Role.HEAD, case.unit)
        appeal = Appeal.objects.create(
            case=case, state=AppealState.FILED, grounds=grounds, filed_at=at, filed_by=by, filed_post=post
        )
        for row in rows:
            row.appeal = appeal
        AppealPoint.objects.bulk_create(rows)
        for each in clean:
            keep(appeal, each, by=by, at=at)
        notices.filed(appeal, at=at)
        record_of("appeal.filed", appeal, by, at, post=post.title_zh, words=grounds, points=len(rows),
                  files=[each.original for each in clean])  # fmt: skip
    return appeal


def _points(case: Case, points: Mapping[int, str], adjustments: Mapping[int, str]) -> list[AppealPoint]:
    """The things appealed against, of those that stand; refused when there is none, or one that there is not."""
    scores, taken = _said(points), _said(adjustments)
    if not 0 < len(scores) + len(taken) <= MOST_POINTS:
        raise Refused(_("Name at least one criterion, deduction or veto, and say what is wrong with it."))
    marks = totals.counted([case]).get(case.pk, {})
    if any(pk not in marks or marks[pk][1] is None for pk in scores):
        raise Refused(_("An appeal is against a score that was given; this criterion has none."))
    if set(taken) - set(policies.appealable(case).values_list("pk", flat=True)):
        raise Refused(_("An appeal is against a deduction or veto that stands; this one does not."))
    return [
        *(AppealPoint(criterion_id=pk, says=words) for pk, words in scores.items()),
        *(AppealPoint(adjustment_id=pk, says=words) for pk, words in taken.items()),
    ]


def _said(words: Mapping[int, str]) -> dict[int, str]:
    return {pk: each.strip()[:500] for pk, each in words.items() if each.strip()}


def name(appeal: Appeal, *, first, second, by, at: datetime) -> Appeal:
    """Two people check again. Neither inspected the unit, belongs to it, or had a part in what was added or taken off.
    Whoever has not handed in can be replaced; who has stays, and so does what they found.
    """
    with attempt("appeal.not_allowed", **whence(appeal.case, by, at), what="name"):
        appeal, who = locked(appeal), standing(by, on=local_day(at))
        require(policies.can_name(who, appeal))
        named, new = {"first": first, "second": second}, []
        for place in PLACES:
            person, before = named[place], getattr(appeal, f"{place}_id")
            if person.pk != before and policies.handed_in(appeal, place):
                raise Refused(_("One of the two has handed in already and stays. Only the other can be replaced."))
            if person.pk != before:
                new.append(person)
        if first.pk == second.pk:
            raise Refused(_("Two different people check again."))
        if not new:
            raise Refused(_("These two are named already."))
        for person in new:
            _require_apart(person, appeal, at)
        appeal.first, appeal.second, appeal.named_at, appeal.state = first, second, at, AppealState.RECHECKING
        save(appeal, "first", "second", "named_at", "state")
        notices.named(appeal, new, at=at)
        post = policies.office_post(who, appeal.case.assessment)
        record_of("appeal.named", appeal, by, at, post=post.title_zh, first=first.pk, second=second.pk)
    return appeal


def _require_apart(person, appeal: Appeal, at: datetime) -> None:
    if why := policies.why_not_recheck(person, appeal.case, on=local_day(at)):
        told = {"person": str(person), "why": why}
        raise Refused(_("%(person)s cannot check this again: %(why)s.") % told)


def recheck(
    appeal: Appeal, marks: Mapping[int, Mapping], *, falls: Mapping[int, Mapping] | None = None, by, at: datetime
) -> Appeal:
    """One of the two hands in, alone, for every point of the appeal and with a reason each: `marks` by criterion id
    {"points", "words"} within its scale, `falls` by adjustment id {"falls", "words"}, whether a deduction or veto
    falls. Both in: the decision can be drafted.
    """
    with attempt("appeal.not_allowed", **whence(appeal.case, by, at), what="recheck"):
        appeal, who = locked(appeal), standing(by, on=local_day(at))
        require(policies.can_recheck(who, appeal))
        place = policies.place_of(by, appeal)
        for point in appeal.points.all():
            if point.adjustment_id:
                name, found = f"{place}_falls", _verdict_on(point, (falls or {}).get(point.adjustment_id) or {})
            else:
                name, found = f"{place}_points", _points_for(point, marks.get(point.criterion_id) or {})
            setattr(point, name, found[0])
            setattr(point, f"{place}_words", found[1])
            point.save(update_fields=[name, f"{place}_words"])
        if all(policies.handed_in(appeal, each) for each in PLACES):
            appeal.state, appeal.rechecked_at = AppealState.RECHECKED, at
            notices.rechecked(appeal, at=at)
        save(appeal, "state", "rechecked_at")
        record_of("appeal.rechecked", appeal, by, at, post=_any_post(by, appeal, at), place=place)
    return appeal


def _points_for(point: AppealPoint, given: Mapping) -> tuple[Decimal, str]:
    most, label = point.criterion.points, point.criterion.name_zh
    points, words = given.get("points"), given.get("words", "").strip()[:300]
    if points is None or not words:
        raise Refused(_("“%(name)s” needs points and the reason for them.") % {"name": label})
    if not 0 <= Decimal(points) <= most:
        raise Refused(_("“%(name)s” is worth 0 to %(most)s points.") % {"name": label, "most": amount(most)})
    return Decimal(points), words


def _verdict_on(point: AppealPoint, given: Mapping) -> tuple[bool, str]:
    falls, words = given.get("falls"), given.get("words", "").strip()[:300]
    if falls is None or not words:
        raise Refused(_("“%(name)s”: say whether it stands or falls, and why.") % {"name": point.adjustment.reason})
    return bool(falls), words


def _any_post(by, appeal: Appeal, at: datetime) -> str:
    posts = standing(by, on=local_day(at)).posts
    return next((post.title_zh for post in posts if post.unit.bureau_id == appeal.case.unit.bureau_id), "")
