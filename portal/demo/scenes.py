"""What else happens in the year of keeping: people are named, promises checked, bulletins signed, a review held,
an order given and carried out, a promise changed, a meeting held.

Each scene asks first whether it still has to happen, so that it is played once; where somebody has acted otherwise,
theirs stands.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random

from commitments.actions import (
    aggregates,
    amendments,
    bulletins,
    documents,
    evidence,
    ledger,
    meetings,
    rectifications,
    review,
)
from commitments.models import (
    Aggregate,
    Amendment,
    AmendmentStep,
    Bulletin,
    Commitment,
    Decision,
    Invitation,
    Line,
    Meeting,
    Month,
    Rectification,
    Review,
)
from commitments.policies.rectifications import signers_for
from objectives.models import Campaign
from portal.core.errors import Refused
from portal.core.workdays import Workdays
from portal.demo import cast, play
from portal.demo.pictures import photograph
from portal.demo.script import SHANGHAI
from portal.demo.told import CHANGE, DECISIONS, MEETING, ORDERS
from portal.demo.trying import tried
from units.models import Post, Role, Unit
from units.policies import holders

UNNAMED = {("af01", "7.1"), ("af01", "10.1")}
"""Promises for which nobody is named: the ledger shows them red."""
CHECKED = {("dp01", "2.1"), ("dp01", "3.1"), ("ms01", "3.1"), ("to01", "8.1"), ("to01", "3.1")}
BALLOTS = 26
"""Slips given out to parents and residents, of which a few never come back."""
LEFT_TO_SIGN = ("fangzi-culture", "Q3")
"""A bulletin that still waits for the leader on the day of the demonstration."""


@dataclass(frozen=True)
class Scene:
    """What happens on one day in one campaign, at ten in the morning or later."""

    campaign: Campaign
    year: int
    day: date
    workdays: Workdays

    def __str__(self):
        return f"{self.campaign.code} on {self.day}"

    def at(self, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(self.day, time(hour, minute), SHANGHAI)

    def on(self, month: int, day: int) -> bool:
        """Whether this is the first working day from that one on."""
        return self.day == self.workdays.on_or_after(date(self.year, month, day))

    def has_come(self, month: int, day: int) -> bool:
        return self.day >= date(self.year, month, day)

    def unit(self, code: str) -> Unit | None:
        return self.campaign.bureau.units.select_related("bureau", "kind").filter(code=code).first()

    def anyone(self, role: Role, unit: Unit):
        """Who would act in that role for the unit on that day; None where nobody does."""
        return next(iter(holders(role, unit, on=self.day)), None)

    def person(self, role: Role, unit: Unit):
        """The same; refused where nobody does."""
        found = self.anyone(role, unit)
        if found is None:
            raise Refused(f"Nobody acts as {role} for {unit}.")
        return found

    def office(self):
        root = self.campaign.bureau.units.select_related("bureau").filter(parent=None).first()
        return self.person(Role.STYLE_OFFICE, root)

    def holder(self, post: Post):
        """Who holds the post on that day; refused where nobody does."""
        tenure = post.tenures.on(self.day).select_related("user").first()
        if tenure is None:
            raise Refused(f"Nobody holds the post of {post.title_en}.")
        return tenure.user

    def leader(self) -> Post:
        """The post that signs for the bureau: its first leader, else its head."""
        posts = Post.objects.filter(unit__bureau=self.campaign.bureau).select_related("unit").order_by("pk")
        return posts.filter(role=Role.LINE_LEADER).first() or posts.get(role=Role.HEAD, unit__parent=None)

    def sign(self, document, post: Post, *, then: Callable, at: datetime) -> None:
        by = self.holder(post)
        play.enrol(by, at)
        documents.sign(document, fingerprint=document.fingerprint, passphrase=cast.PASSPHRASE, post=post, by=by, at=at,
                       then=then(by=by, at=at))  # fmt: skip


def play_day(scene: Scene) -> int:
    """Everything of that day; returns how many acts were played."""
    acts = (name_people, _check_kept, bulletins_due, review_due, _orders, _change, _meeting, aggregates_due)
    return sum(tried(act, scene) for act in acts)


def name_people(scene: Scene) -> int:
    """In the first days of June every unit says who does what."""
    if not scene.on(6, 2):
        return 0
    lines = Line.objects.live().filter(campaign=scene.campaign, undertaker=None).select_related("unit")
    for line in [line for line in lines if (line.unit.code, line.number) not in UNNAMED]:
        post = line.unit.posts.filter(role=Role.STAFF).first()
        head = scene.anyone(Role.HEAD, line.unit)
        if post and head:
            ledger.assign(line, version=line.version, undertaker=post, by=head, at=scene.at(10))
    return 1


def _check_kept(scene: Scene) -> int:
    """On the eighth of a month the style office checks what was frozen as kept, and strikes it off."""
    if not (scene.on(9, 8) or scene.on(10, 14) or scene.on(11, 9)):
        return 0
    rows = Line.objects.live().filter(campaign=scene.campaign, status="kept", commitment__status="kept")
    due = [line for line in rows.select_related("unit") if (line.unit.code, line.number) in CHECKED]
    for line in due:
        ledger.verify(line, "到现场看过，与上报一致。", by=scene.office(), at=scene.at(14))
        ledger.close(Line.objects.get(pk=line.pk), by=scene.office(), at=scene.at(14, 30))
    return len(due)


def bulletins_due(scene: Scene) -> int:
    """Three working days after the draft it goes to the leader, who signs the day after; then it is published."""
    played = 0
    for bulletin in Bulletin.objects.filter(campaign=scene.campaign).exclude(state="published"):
        drafted_on = bulletin.drafted_at.astimezone(SHANGHAI).date()
        age = scene.workdays.between(drafted_on, scene.day) - 1
        if bulletin.state == "draft" and age >= 2:
            bulletins.send(bulletin, version=bulletin.version, signer=scene.leader(), by=scene.office(),
                           at=scene.at(10, 30))  # fmt: skip
            played += 1
        elif bulletin.state == "to_sign" and age >= 3 and not _is_left(scene, bulletin):
            scene.sign(bulletin.document, bulletin.signer, then=bulletins.signed, at=scene.at(9, 20))
            bulletins.publish(Bulletin.objects.get(pk=bulletin.pk), by=scene.office(), at=scene.at(16, 10))
            played += 2
    return played


def _is_left(scene: Scene, bulletin: Bulletin) -> bool:
    bureau, quarter = LEFT_TO_SIGN
    return scene.campaign.bureau.code == bureau and bulletin.quarter.endswith(quarter)


def review_due(scene: Scene) -> int:
    """Leaders, heads and the public vote in the second week; the result is published after the close."""
    played = 0
    for row in Review.objects.filter(campaign=scene.campaign, published_at=None):
        if row.closed_at:
            review.publish(row, by=scene.office(), at=scene.at(15))
            played += 1
        elif scene.day == scene.workdays.add(row.opens_on, 3) and not row.invitations.filter(used=True).exists():
            played += _vote(scene, row)
    return played


def _vote(scene: Scene, row: Review) -> int:
    dice = Random(f"{row.half} {scene.campaign.code}")  # noqa: S311 -- the same sample every time
    review.make_slips(row, BALLOTS, by=scene.office(), at=scene.at(9))
    subjects = [str(pk) for pk in row.subjects.values_list("unit", flat=True)]
    cast_now = 0
    for invitation in Invitation.objects.filter(review=row, used=False).select_related("user").order_by("pk"):
        if invitation.user_id is None and dice.random() < 0.15:
            continue
        answers = {unit: dice.choices(("satisfied", "basically", "not", "unknown"), (62, 27, 5, 6))[0]
                   for unit in subjects if unit != str(invitation.own_unit_id)}  # fmt: skip
        if answers:
            review.cast(invitation, answers, at=scene.at(11))
            cast_now += 1
    return cast_now


def _orders(scene: Scene) -> int:
    """An order's course, as far as it has come by that day."""
    return sum(_order(scene, told) for told in ORDERS if told["bureau"] == scene.campaign.bureau.code)


def _order(scene: Scene, told: dict) -> int:
    unit = scene.unit(told["unit"])
    line = Line.objects.filter(campaign=scene.campaign, unit=unit, number=told["number"]).first()
    order = Rectification.objects.filter(line=line).select_related("document", "signer").first()
    staff = (scene.anyone(Role.STAFF, unit) or scene.anyone(Role.HEAD, unit)) if unit else None
    days = told["days"]
    if order is None and line and scene.on(*days["draft"]):
        signer = signers_for(unit, on=scene.day).first()
        order = rectifications.draft(unit, campaign=scene.campaign, texts=told["texts"], signer=signer,
                                     due_on=date(scene.year, *told["due"]), line=line, by=scene.office(),
                                     at=scene.at(10))  # fmt: skip
        rectifications.send_to_sign(order, by=scene.office(), at=scene.at(10, 20))
    elif order is None or line is None:
        return 0
    elif order.state == "draft" and order.document and scene.has_come(*days["sign"]):
        by = scene.holder(order.signer)
        play.enrol(by, scene.at(9))
        rectifications.sign(order, fingerprint=order.document.fingerprint, passphrase=cast.PASSPHRASE, by=by,
                            at=scene.at(9, 10))  # fmt: skip
    elif order.state == "issued" and scene.has_come(*days["receive"]):
        rectifications.receive(order, by=staff, at=scene.at(9, 30))
    elif order.state == "received" and scene.has_come(*days["plan"]):
        rectifications.plan(order, text=told["plan"], by=staff, at=scene.at(15))
    elif order.state == "planned" and "report" in days and scene.has_come(*days["report"]):
        head = scene.person(Role.HEAD, unit)
        evidence.add(rectification=order, upload=photograph(), title="围墙加固后（示例图）", by=head,
                     happened_on=scene.day, at=scene.at(15, 40))  # fmt: skip
        rectifications.report(order, text=told["report"], by=head, at=scene.at(16))
    elif order.state == "reported" and scene.has_come(*days["check"]):
        checker = scene.person(Role.AUDITOR, unit)
        rectifications.check(order, passed=True, words=told["check"], by=checker, at=scene.at(10))
    else:
        return 0
    return 1


def _change(scene: Scene) -> int:
    """A promise is given a later day, asked for by its unit and approved along its route."""
    unit = scene.unit(CHANGE["unit"])
    if unit is None or not (scene.on(*CHANGE["asked"]) or scene.on(*CHANGE["approved"])):
        return 0
    promise = Commitment.objects.filter(publication__unit=unit, number=CHANGE["number"]).first()
    asked = Amendment.objects.filter(commitment=promise).first()
    if asked is None and promise and scene.on(*CHANGE["asked"]):
        amendments.ask(
            promise, "amendment", {"due_on": date(scene.year, *CHANGE["due"])}, reason_zh=CHANGE["reason_zh"],
            reason_en=CHANGE["reason_en"], by=scene.person(Role.STAFF, unit), at=scene.at(9),
        )  # fmt: skip
        return 1
    hour = 9
    while asked and (step := AmendmentStep.objects.filter(amendment=asked, done_at=None).first()):
        amendments.approve(step, by=scene.person(Role(step.role), unit), at=scene.at(hour))
        hour += 2
    return 1 if asked else 0


def _meeting(scene: Scene) -> int:
    """The dispatch meeting after September, with what it decided and what became of it."""
    if scene.campaign.bureau.code != MEETING["bureau"]:
        return 0
    month = Month.objects.filter(campaign=scene.campaign, code=f"{scene.year}-09", frozen_at__isnull=False).first()
    held = Meeting.objects.filter(month=month).first() if month else None
    if month and held is None and scene.on(*MEETING["held"]):
        texts = {name: MEETING[name] for name in ("place", "chaired_by", "present", "said")}
        held = meetings.hold(month, held_on=scene.day, by=scene.office(), at=scene.at(16), **texts)
        for told in DECISIONS:
            meetings.decide(held, what=told["what"], unit=scene.unit(told["unit"]),
                            due_on=date(scene.year, *told["due"]), by=scene.office(), at=scene.at(16, 30))  # fmt: skip
        meetings.close(held, by=scene.office(), at=scene.at(17))
        return 1
    if held and scene.on(*MEETING["told"]):
        first = Decision.objects.filter(meeting=held, reported_at=None).select_related("unit").first()
        if first:
            meetings.report_outcome(first, DECISIONS[0]["outcome"], by=scene.person(Role.STAFF, first.unit),
                                    at=scene.at(11))  # fmt: skip
            return 1
    return 0


def aggregates_due(scene: Scene) -> int:
    """Three working days after the due day the town office sends its schools' counts."""
    sent = 0
    for month in Month.objects.filter(campaign=scene.campaign, due_on__lt=scene.day, frozen_at=None):
        if scene.day != scene.workdays.add(month.due_on, 3):
            continue
        offices = set(month.sheets.exclude(receiver=None).values_list("receiver", flat=True))
        for office in Unit.objects.filter(pk__in=offices - set(
            Aggregate.objects.filter(month=month).values_list("unit", flat=True)
        )):  # fmt: skip
            by = next(iter(post.tenures.on(scene.day).first().user for post in office.posts.filter(role="town_office")
                           if post.tenures.on(scene.day).exists()), None)  # fmt: skip
            if by:
                aggregates.send_aggregate(
                    month, office, "所属学校进展平稳，个别项目受供货影响。", by=by, at=scene.at(15)
                )
                sent += 1
    return sent
