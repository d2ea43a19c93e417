"""Playing the draw of an assessment, its inspections with a third opinion and an order, and the one appeal."""

from decimal import Decimal

from assessments import drawing
from assessments.actions import appeal_files, appeals, draws, inspections, inspectors
from assessments.models import Appeal, Draw, Finding, Inspection, Inspector, Mark, Opinion
from assessments.queries import inspections as sheets
from commitments.actions import rectifications
from commitments.models import Rectification
from commitments.policies.rectifications import signers_for
from portal.demo import cast, play
from portal.demo import judged_words as words
from portal.demo.january import Step, assessment_of, case_of, criterion_of
from portal.demo.pictures import photograph
from portal.demo.scenes import Scene
from units.models import Post, Role

OFFICERS = ("line-leader-1", "auditor")
"""Posts of the bureau that keep the two secrets."""
DIFFERING, LOW, CENT = "to01", Decimal(15), Decimal("0.01")
"""The unit on which the two inspectors differ, and by how many points the second one is below."""


def _enlist(scene: Scene) -> int:
    """The list goes on from one year to the next: only who is not on it yet is added."""
    bureau, added = scene.campaign.bureau, 0
    for code, field in words.INSPECTORS:
        user = scene.person(Role.HEAD, scene.unit(code))
        if not Inspector.objects.filter(bureau=bureau, user=user, left_at=None).exists():
            inspectors.enlist(user, bureau=bureau, by=scene.office(), at=scene.at(9), field_zh=field)
            added += 1
    return added


def _prepare(scene: Scene) -> int:
    """Two officers commit themselves to a secret each; then lists and rule are announced."""
    first, second = (_officer(scene, key) for key in OFFICERS)
    data = {"share": "40", "least": 1, "each": 2, "seed_kind": "two_secrets", "first_officer": first,
            "second_officer": second, "witnesses": "派驻纪检组、家长委员会代表"}  # fmt: skip
    draw = draws.prepare(assessment_of(scene), data, by=scene.office(), at=scene.at(10))
    for place, (post, secret) in enumerate(zip((first, second), words.SECRETS, strict=True), start=1):
        hash_ = drawing.commitment(str(draw.assessment_id), place, secret)
        draws.commit(draw, hash_, by=scene.holder(post), at=scene.at(14, place))
    draws.announce(draw, by=scene.office(), at=scene.at(16))
    return 4


def _hold(scene: Scene) -> int:
    draw = Draw.objects.get(assessment__campaign=scene.campaign)
    for key, secret in zip(OFFICERS, words.SECRETS, strict=True):
        draws.reveal(draw, secret, by=scene.holder(_officer(scene, key)), at=scene.at(9, 30))
    draws.hold(draw, by=scene.office(), at=scene.at(9, 40))
    return 3


def _officer(scene: Scene, key: str) -> Post:
    return Post.objects.select_related("unit").get(unit__bureau=scene.campaign.bureau, unit__parent=None, key=key)


def _plan_days(scene: Scene) -> int:
    """Every inspection has its day; inspectors declare to have no interest."""
    tomorrow, played = scene.workdays.add(scene.day, 1), 0
    for inspection in Inspection.objects.filter(draw__assessment__campaign=scene.campaign):
        inspections.plan_day(inspection, on=tomorrow, by=scene.office(), at=scene.at(9))
        for opinion in _sheets(inspection):
            inspections.declare_clear(opinion, by=opinion.inspector.user, at=scene.at(10))
            played += 1
    return played


def _inspect(scene: Scene) -> int:
    """The sheets of the day come in; where two differ too much a third opinion was asked for the day before."""
    played = 0
    for inspection in Inspection.objects.filter(draw__assessment__campaign=scene.campaign, settled_at=None):
        for opinion in _sheets(inspection).filter(sent_at=None):
            _send(scene, opinion)
            played += 1
    return played


def _sheets(inspection: Inspection):
    rows = Opinion.objects.filter(inspection=inspection).select_related("inspector__user", "inspection__case__unit")
    return rows.order_by("place")


def _send(scene: Scene, opinion: Opinion) -> None:
    by, case = opinion.inspector.user, opinion.inspection.case
    if opinion.clear_at is None:
        inspections.declare_clear(opinion, by=by, at=scene.at(9))
        opinion.refresh_from_db()
    is_low = case.unit.code == DIFFERING and opinion.place == 2
    finds = case.unit.code == DIFFERING and opinion.place == 1
    data = {
        "visited_on": scene.day, "talked_to": words.TALKED_TO, "words": words.OVERALL,
        "marks": _marks(opinion, is_low=is_low),
        "findings": [{"sent_as": str(opinion.pk), "criterion": None, "text": words.FINDING}] * finds,
    }  # fmt: skip
    opinion = inspections.save(opinion, data, version=opinion.version, by=by, at=scene.at(11, opinion.place))
    inspections.send(opinion, version=opinion.version, by=by, at=scene.at(16, opinion.place))


def _marks(opinion: Opinion, *, is_low: bool) -> dict:
    """What the machine computed, a little less for whoever looks closely."""
    case = opinion.inspection.case
    computed = dict(Mark.objects.filter(case=case, source="machine").values_list("criterion", "points"))
    found = {}
    for number, criterion in enumerate(sheets.judged(case)):
        points = computed.get(criterion.pk)
        points = criterion.points if points is None else points
        less = LOW if is_low and number == 0 else Decimal(opinion.place - 1) / 2 if number == 0 else Decimal(0)
        found[criterion.pk] = {"points": max(points - less, Decimal(0)).quantize(CENT),
                               "seen": words.SEEN_LESS if is_low else words.SEEN}  # fmt: skip
    return found


def _close(scene: Scene) -> int:
    """The round is closed; from the finding a rectification is started."""
    office = scene.office()
    finding = Finding.objects.get(opinion__inspection__draw__assessment__campaign=scene.campaign)
    signer = signers_for(scene.unit(DIFFERING), on=scene.day).first()
    order = inspections.start_order(finding, signer=signer, by=office, at=scene.at(9))
    rectifications.send_to_sign(order, by=office, at=scene.at(9, 10))
    inspections.close_round(assessment_of(scene), by=office, at=scene.at(10))
    return 3


def _sign_order(scene: Scene) -> int:
    order = _order(scene)
    by = scene.holder(order.signer)
    play.enrol(by, scene.at(9))
    rectifications.sign(order, fingerprint=order.document.fingerprint, passphrase=cast.PASSPHRASE, by=by,
                        at=scene.at(9, 10))  # fmt: skip
    return 1


def _order_step(act, name: str, text: str = "") -> Step:
    """One more step of the order, taken by the unit's staff or head, or by who checks it."""

    def play_it(scene: Scene) -> int:
        unit = scene.unit(DIFFERING)
        by = scene.person(Role.AUDITOR if name == "check" else Role.HEAD, unit)
        facts = {"passed": True, "words": text} if name == "check" else {"text": text} if text else {}
        act(_order(scene), by=by, at=scene.at(11), **facts)
        return 1

    return play_it


def _order(scene: Scene) -> Rectification:
    rows = Rectification.objects.select_related("document", "signer")
    return rows.get(campaign=scene.campaign, source="inspection")


def _appeal(scene: Scene) -> int:
    told = words.APPEAL
    case = case_of(scene, told["unit"])
    points = {criterion_of(scene, told["criterion"]).pk: told["says"]}
    files = [appeal_files.Attached(photograph(), "供电所停电通知（示例图）")]
    by = scene.person(Role.HEAD, case.unit)
    appeals.file(case, grounds=told["grounds"], points=points, files=files, by=by, at=scene.at(10))
    return 1


def _found(scene: Scene) -> Appeal:
    rows = Appeal.objects.select_related("case__assessment__campaign__bureau", "case__unit", "document", "signer")
    return rows.get(case__assessment__campaign=scene.campaign)


def _checkers(scene: Scene) -> tuple:
    """Two people who had no part before."""
    return scene.person(Role.HEAD, scene.unit("dp04")), scene.holder(_officer(scene, "staff"))


def _name(scene: Scene) -> int:
    first, second = _checkers(scene)
    appeals.name(_found(scene), first=first, second=second, by=scene.office(), at=scene.at(9))
    return 1


def _recheck(scene: Scene) -> int:
    criterion = criterion_of(scene, words.APPEAL["criterion"])
    for hour, by, said in zip((10, 15), _checkers(scene), words.APPEAL["words"], strict=True):
        marks = {criterion.pk: {"points": criterion.points, "words": said}}
        appeals.recheck(_found(scene), marks, by=by, at=scene.at(hour))
    return 2


def _draft_decision(scene: Scene) -> int:
    appeals.draft_decision(_found(scene), outcome="changed", decision=words.APPEAL["decision"], signer=scene.leader(),
                           by=scene.office(), at=scene.at(10))  # fmt: skip
    return 1


def _decide(scene: Scene) -> int:
    found = _found(scene)
    by = scene.holder(found.signer)
    play.enrol(by, scene.at(9))
    appeals.decide(found, fingerprint=found.document.fingerprint, passphrase=cast.PASSPHRASE, by=by, at=scene.at(9, 20))
    return 1


NUMBERED: tuple[tuple[int, Step], ...] = (
    (3, _enlist),
    (4, _prepare),
    (6, _hold),
    (7, _plan_days),
    (8, _inspect),
    (9, _inspect),
    (10, _close),
    (11, _sign_order),
    (12, _order_step(rectifications.receive, "receive")),
    (13, _order_step(rectifications.plan, "plan", words.ORDER_PLAN)),
    (16, _order_step(rectifications.report, "report", words.ORDER_REPORT)),
    (17, _order_step(rectifications.check, "check", words.ORDER_CHECK)),
)
APPEALED: tuple[tuple[int, Step], ...] = (
    (14, _appeal), (15, _name), (16, _recheck), (17, _draft_decision), (18, _decide),
)  # fmt: skip
"""Working days of the assessment and what is played on them."""
