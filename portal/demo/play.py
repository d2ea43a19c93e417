"""Playing the script: every act goes through the action that a page would call, as the person who would do it.

What was played is read from the papers themselves, so an act is never played twice. Where somebody has meanwhile
acted otherwise, that paper is theirs: the script leaves it alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from commitments import actions as public_actions
from commitments.models import Publication
from objectives import actions
from objectives.actions import registry
from objectives.models import Benchmark, Campaign, Objective, Paper, Return, Revision, Step
from portal.core import signers
from portal.core.errors import Refused
from portal.core.models import Letter
from portal.demo import cast, raised
from portal.demo.handwriting import strokes_of
from portal.demo.script import BUREAUS, Act
from portal.demo.texts import Text, text_of
from units.models import Post, Role
from units.policies import holders

CONSULTED = {
    "consulted_how": "座谈会、意见箱和网站征集", "consulted_people": 86, "opinions_heard": 12, "opinions_adopted": 8,
    "adopted_points": "送戏下乡安排到村、提前公布场次；农家书屋延长开放时间；网上审批材料一次告知。",
}  # fmt: skip
PLAYER = {
    "sign": (Role.HEAD,),
    "put_forward": (Role.HEAD,),
    "publish": (Role.STAFF, Role.HEAD),
    "audit": (Role.LINKED_LEADER, Role.LINE_LEADER),
    "send_back": (Role.LINKED_LEADER, Role.LINE_LEADER),
    "approve": (Role.TOWN_OFFICE,),
    "file": (Role.STYLE_OFFICE,),
}
"""Who plays an act; the unit's staff plays all others."""


@dataclass
class Play:
    """One campaign year being played. `left_alone` are units whose paper people took another way."""

    year: int
    texts: Callable[[str, int], Text] = text_of
    played: int = 0
    left_alone: dict[str, str] = field(default_factory=dict)

    def run(self, script: list[Act], *, until: datetime) -> None:
        """Play every act of the script that has come and has not been played."""
        done = played(self.year)
        self.campaigns = {row.bureau.code: row for row in _campaigns(self.year)}
        for act in script:
            place = (act.bureau, act.unit)
            if act.at > until or (*place, act.key) in done or place in self.left_alone:
                continue
            try:
                self._act(act)
            except Refused as refusal:
                self.left_alone[place] = str(refusal)
            else:
                self.played += 1

    def _act(self, act: Act) -> None:
        campaign = self.campaigns[act.bureau]
        unit = campaign.bureau.units.select_related("kind", "bureau").get(code=act.unit)
        roles = PLAYER.get(act.verb, (Role.STAFF,))
        by = next((user for role in roles for user in holders(role, unit, on=act.at.date())), None)
        if by is None:
            raise Refused("Nobody holds the post that would act.")
        paper = Paper.objects.filter(campaign=campaign, unit=unit).select_related("unit", "campaign__bureau").first()
        getattr(self, f"_{act.verb}")(act, campaign, unit, paper, by)
        read = Letter.objects.unread().filter(to=by, path__startswith="/work/papers/", posted_at__lt=act.at)
        read.update(read_at=act.at)

    def _write(self, act, campaign, unit, _paper, by):
        text = self.texts(unit.code, campaign.year)
        if paper := raised.begin(campaign, unit, text, by=by, at=act.at):
            benchmark = paper.objectives.first().benchmark
        else:
            paper = actions.begin(campaign, unit, by=by, at=act.at)
            benchmark = _benchmark(campaign, text.benchmark, at=act.at)
        note = _consultation(text.consultation, campaign)
        actions.save_consultation(paper, note, version=paper.version, by=by, at=act.at)
        _write_all(paper, raised.with_reasons(unit.code, text), benchmark, by=by, at=act.at)

    def _draft(self, act, campaign, unit, _paper, by):
        """Half a paper, with things missing as they are in the middle of writing."""
        text = self.texts(unit.code, campaign.year)
        paper = actions.begin(campaign, unit, by=by, at=act.at)
        benchmark = _benchmark(campaign, text.benchmark, at=act.at)
        if text.consultation:
            note = _consultation(text.consultation, campaign)
            actions.save_consultation(paper, note, version=paper.version, by=by, at=act.at)
        _write_all(paper, half_written(text), benchmark, by=by, at=act.at)

    def _consult(self, act, campaign, _unit, paper, by):
        note = _consultation(CONSULTED, campaign)
        actions.save_consultation(paper, note, version=paper.version, by=by, at=act.at)

    def _submit(self, act, _campaign, _unit, paper, by):
        actions.submit(paper, by=by, at=act.at)

    def _revise(self, act, campaign, unit, paper, by):
        """Change what the return asked for, and submit again."""
        final = self.texts(unit.code, campaign.year).final
        for objective, data in zip(paper.objectives.all(), final, strict=False):
            _save(objective, data, objective.benchmark, by=by, at=act.at)
        actions.submit(paper, by=by, at=act.at)

    def _sign(self, act, _campaign, _unit, paper, by):
        step, fingerprint = _waiting(paper, act)
        enrol(by, act.at)
        actions.sign(step, fingerprint=fingerprint, passphrase=cast.PASSPHRASE, by=by, at=act.at)

    _audit = _approve = _sign

    def _put_forward(self, act, _campaign, _unit, paper, by):
        step, fingerprint = _waiting(paper, act)
        actions.act_without_signature(step, fingerprint=fingerprint, by=by, at=act.at)

    def _send_back(self, act, campaign, unit, paper, by):
        said = self.texts(unit.code, campaign.year).sent_back
        remarks = {int(number): text for number, text in said["remarks"].items()}
        step = Step.objects.open().filter(paper=paper).first()
        if step is None or step.round != act.key[1]:
            raise Refused("Another step waits than the one of the script.")
        actions.send_back(step, reason=said["reason"], remarks=remarks, by=by, at=act.at)

    def _file(self, act, _campaign, _unit, paper, by):
        step, fingerprint = _waiting(paper, act)
        public_actions.file_and_publish(step, fingerprint=fingerprint, by=by, at=act.at)

    def _publish(self, act, _campaign, _unit, paper, by):
        public_actions.publish(paper, by=by, at=act.at)


def played(year: int) -> set[tuple]:
    """(bureau, unit, key) of every act that has left its mark."""
    done = set()
    ours = {"campaign__year": year, "campaign__bureau__code__in": BUREAUS}
    of = {f"paper__{name}": value for name, value in ours.items()}
    place = ("campaign__bureau__code", "unit__code")
    paper_place = tuple(f"paper__{name}" for name in place)
    for *where, round_, note in Paper.objects.filter(**ours).values_list(*place, "round", "consulted_from"):
        done |= {(*where, ("round", number)) for number in range(1, round_ + 1)} | {(*where, ("begun",))}
        done |= {(*where, ("consult",))} if note else set()
    steps = Step.objects.filter(**of).exclude(done_at=None).order_by()
    done |= {(*where, ("step", *number)) for *where, a, b in steps.values_list(*paper_place, "round", "position")
             for number in [(a, b)]}  # fmt: skip
    returns = Return.objects.filter(**of).order_by().values_list(*paper_place, "round")
    done |= {(*where, ("return", round_)) for *where, round_ in returns}
    public = Publication.objects.filter(**ours).order_by().values_list(*place)
    return done | {(*where, ("publish",)) for where in public}


def _campaigns(year: int):
    return Campaign.objects.filter(year=year, bureau__code__in=BUREAUS).select_related("bureau")


def _waiting(paper: Paper, act: Act) -> tuple[Step, str]:
    """The open step, which must be the one of the script, and the text that would be signed."""
    step = Step.objects.open().filter(paper=paper).select_related("paper__unit", "paper__campaign__bureau").first()
    if step is None or ("step", step.round, step.position) != act.key:
        raise Refused("Another step waits than the one of the script.")
    return step, Revision.objects.get(paper=paper, round=step.round).fingerprint


def enrol(user, at: datetime) -> None:
    """A signing key under the printed passphrase, on the first signature."""
    if signers.key_of(user) is None:
        post = Post.objects.filter(tenures__user=user).select_related("unit__bureau").first()
        strokes = strokes_of(user.name)
        signers.enrol(
            user, passphrase=cast.PASSPHRASE, again=cast.PASSPHRASE, strokes=str(strokes) if strokes else "",
            post=post.title_zh, bureau=post.unit.bureau.name_zh, by=user, at=at,
        )  # fmt: skip


def _benchmark(campaign: Campaign, data: dict, *, at: datetime) -> Benchmark:
    """The registry's entry of that name; what nobody named before, the style office enters."""
    found = Benchmark.objects.filter(bureau=campaign.bureau, unit=None, name_zh=data["name_zh"]).first()
    if found is None:
        root = campaign.bureau.units.filter(parent=None).first()
        office = next(iter(holders(Role.STYLE_OFFICE, root, on=at.date())), None)
        if office is None:
            raise Refused("Nobody holds the style office.")
        found = registry.enter(campaign.bureau, data, by=office, at=at)
    return found


def _consultation(note: dict, campaign: Campaign) -> dict:
    """The note as the editor's form gives it: texts may name things shortly; days are those of the campaign's start."""
    short = {"how": "consulted_how", "people": "consulted_people", "heard": "opinions_heard",
             "adopted": "opinions_adopted", "points": "adopted_points"}  # fmt: skip
    said = {short.get(name, name): value for name, value in note.items()}
    first, last = said.pop("days", (9, 11))
    return said | {"consulted_from": date(campaign.year, 5, first), "consulted_to": date(campaign.year, 5, last)}


def half_written(text: Text) -> list[dict]:
    """The paper with its gaps: figures, deadlines and measures that are not there yet."""
    rows = [{**row, "targets": [dict(target) for target in row["targets"]]} for row in text.first]
    for place, what in text.gaps:
        row = rows[place - 1]
        if what == "deadline":
            row["due_on"] = None
        elif what == "measures":
            row["measures"] = row["measures_en"] = []
        else:
            row["targets"][0][what] = None
    return rows


def _write_all(paper: Paper, rows: list[dict], benchmark, *, by, at: datetime) -> None:
    for place, data in enumerate(rows, start=1):
        objective = paper.objectives.filter(position=place).first() or actions.add_objective(paper, by=by, at=at)
        _save(objective, data, benchmark if place == 1 else None, by=by, at=at)


def _save(objective: Objective, data: dict, benchmark, *, by, at: datetime) -> None:
    """One objective through the editor's action; then the measures' English, for which the editor has no field."""
    posts = {post.key: post for post in Post.objects.filter(unit=objective.paper.unit_id)}
    leader = posts.get(data["leader"]) or posts["head"]
    saved = actions.save_objective(
        objective, data | {"leader": leader, "benchmark": benchmark}, version=objective.version, by=by, at=at
    )
    for measure, text in zip(saved.measures.all(), data["measures_en"], strict=False):
        if measure.text_en != text:
            measure.text_en = text
            measure.save(update_fields=["text_en"])
