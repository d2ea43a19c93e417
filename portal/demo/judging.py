"""Playing an assessment: standard, self-assessments, draw, inspections, results, appeal, archive.

Each step has its working day, counted from the second week of January. All of it goes through the actions that the
pages call, as the people who would act. Last year's is over whenever the demonstration begins; this year's is played as
far as it has come.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from assessments.actions import adjustments, archives, assessing, results, selfchecks, standards
from assessments.sweeps import archives as making
from assessments.sweeps import results as stamping
from assessments.sweeps import scoring
from commitments.actions import ledger
from commitments.models import Line, OfficialDocument
from objectives.models import Campaign
from portal.core.workdays import Workdays
from portal.demo import cast, inspecting, play
from portal.demo.before import BUREAU
from portal.demo.january import Step, assessment_of, case_of, day_of
from portal.demo.judged_words import ABOVE_LEDGER, BONUS
from portal.demo.pictures import photograph
from portal.demo.scenes import Scene
from portal.demo.trying import tried
from units.models import Role


def steps(campaign: Campaign, workdays: Workdays) -> dict[date, list[Step]]:
    """What happens on which day."""
    found = defaultdict(list)
    found[day_of(campaign.year, -1, workdays)].append(_check_kept)
    for month, day, step in ((12, 8, _begin_standard), (12, 15, _freeze_standard), (12, 16, _prepare)):
        found[workdays.on_or_after(date(campaign.year, month, day))].append(step)
    for number, step in _numbered():
        found[day_of(campaign.year, number, workdays)].append(step)
    return found


def _numbered() -> Iterator[tuple[int, Step]]:
    yield 0, _open
    yield from ((number, _self_assess(code)) for number, code in SELF_ASSESSED)
    yield from inspecting.NUMBERED
    yield from ((10, _score_again), (11, _settle), (12, _notify))
    yield from inspecting.APPEALED
    yield from ((19, _draft_result), (20, _publish), (21, _draft_report), (22, _sign_report), (23, _archive))


THIS_STANDARD = (11, 16)
FIRST_MONTH, LAST_MONTH = 11, 3
SELF_DUE, INSPECT_FROM, INSPECT_TO = 4, 6, 14
SELF_ASSESSED = ((1, "ms01"), (1, "dp01"), (2, "to01"), (2, "ts0101"), (3, "ms02"))
"""Working day and unit of each special report."""


def _begin_standard(scene: Scene) -> int:
    if scene.campaign.standards.exists():
        return 0
    standards.begin(scene.campaign, by=scene.office(), at=scene.at(9, 30))
    return 1


def _freeze_standard(scene: Scene) -> int:
    standards.freeze(scene.campaign.standards.get(), by=scene.office(), at=scene.at(10, 20))
    return 1


def _prepare(scene: Scene) -> int:
    days = [day_of(scene.year, number, scene.workdays) for number in (SELF_DUE, INSPECT_FROM, INSPECT_TO)]
    assessing.prepare(
        scene.campaign, scene.campaign.standards.get(), self_due_on=days[0], inspect_from_on=days[1],
        inspect_to_on=days[2], by=scene.office(), at=scene.at(9),
    )  # fmt: skip
    return 1


def _open(scene: Scene) -> int:
    assessing.open_assessment(assessment_of(scene), by=scene.office(), at=scene.at(9, 10))
    return 1


def _check_kept(scene: Scene) -> int:
    """In January whoever receives the reports checks what was frozen as kept, and strikes it off."""
    rows = Line.objects.live().filter(campaign=scene.campaign, status="kept", verified_at=None)
    for line in rows.select_related("unit__kind"):
        is_towns = line.unit.kind.key == "town_school"
        by = scene.person(Role.TOWN_OFFICE, line.unit) if is_towns else scene.office()
        ledger.verify(line, "查看原始资料并到现场核对，与上报一致。", by=by, at=scene.at(14))
        ledger.close(Line.objects.get(pk=line.pk), by=by, at=scene.at(15))
    return len(rows)


def _self_assess(code: str) -> Step:
    """The staff begins from the ledger and puts the report forward; the head signs it. No promise, no report."""

    def play_it(scene: Scene) -> int:
        if not assessment_of(scene).cases.filter(unit__code=code).exists():
            return 0
        case = case_of(scene, code)
        staff, head = scene.person(Role.STAFF, case.unit), scene.person(Role.HEAD, case.unit)
        check = selfchecks.begin(case, by=staff, at=scene.at(9, 40))
        unit, key, more, why = ABOVE_LEDGER
        if code == unit:
            mark = check.marks.get(criterion__key=key)
            marks = {mark.criterion_id: {"points": mark.points + Decimal(more), "words": why}}
            check = selfchecks.save(check, {}, marks, version=check.version, by=staff, at=scene.at(10))
        document = selfchecks.put_forward(check, by=head, at=scene.at(14))
        check.refresh_from_db()
        play.enrol(head, scene.at(15))
        selfchecks.sign(check, fingerprint=document.fingerprint, passphrase=cast.PASSPHRASE, by=head, at=scene.at(15))
        return 3

    return play_it


def _score_again(scene: Scene) -> int:
    """The result of the half-year review has come in: the machine scores once more. One unit is given a bonus."""
    assessing.ask_for_scoring(assessment_of(scene), by=scene.office(), at=scene.at(14))
    scoring.score_waiting(on=scene.day, at=scene.at(14, 1))
    code, points, happened, reason = BONUS
    adjustments.make(
        case_of(scene, code), kind="bonus", points=Decimal(points), happened_on=date(scene.year, *happened),
        reason=reason, upload=photograph(), proof_title="全市教学现场会议程（示例图）", by=scene.office(),
        at=scene.at(15),
    )  # fmt: skip
    return 2


def _settle(scene: Scene) -> int:
    results.settle(assessment_of(scene), by=scene.office(), at=scene.at(10))
    return 1


def _notify(scene: Scene) -> int:
    results.notify(assessment_of(scene), by=scene.office(), at=scene.at(9))
    stamping.stamp_waiting(on=scene.day, at=scene.at(9, 5))
    return 1


def _draft_result(scene: Scene) -> int:
    results.draft(assessment_of(scene), signer=scene.leader(), by=scene.office(), at=scene.at(10))
    return 1


def _publish(scene: Scene) -> int:
    found = assessment_of(scene)
    results.publish(found, fingerprint=_fingerprint(found.result_document), **_signature(scene))
    return 1


def _draft_report(scene: Scene) -> int:
    results.draft_municipal(assessment_of(scene), signer=scene.leader(), by=scene.office(), at=scene.at(10))
    return 1


def _sign_report(scene: Scene) -> int:
    found = assessment_of(scene)
    results.sign_municipal(found, fingerprint=_fingerprint(found.report_document), **_signature(scene))
    return 1


def _fingerprint(document: OfficialDocument | None) -> str:
    return document.fingerprint if document else ""


def _signature(scene: Scene) -> dict:
    by = scene.holder(scene.leader())
    play.enrol(by, scene.at(9))
    return {"passphrase": cast.PASSPHRASE, "by": by, "at": scene.at(9, 20)}


def _archive(scene: Scene) -> int:
    archives.ask(scene.campaign, by=scene.office(), at=scene.at(9))
    making.make_waiting(on=scene.day, at=scene.at(9, 2))
    return 1


def play_day(scene: Scene) -> int:
    """What belongs to this year's assessment on that day. Where people have acted otherwise, theirs stands."""
    if scene.campaign.bureau.code != BUREAU or FIRST_MONTH > scene.day.month > LAST_MONTH:
        return 0
    if scene.on(*THIS_STANDARD):
        return tried(_prepare_this, scene)
    return sum(tried(step, scene) for step in steps(scene.campaign, scene.workdays).get(scene.day, ()))


def _prepare_this(scene: Scene) -> int:
    """In November the style office begins the draft of this year's standard, and changes one line of it."""
    if scene.campaign.standards.exists():
        return 0
    standard = standards.begin(scene.campaign, by=scene.office(), at=scene.at(9, 30))
    standards.save_settings(
        standard, {"top_share": Decimal(25)}, edits=standard.edits, by=scene.office(), at=scene.at(10)
    )
    return 2
