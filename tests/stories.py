"""Small worlds for tests, played through the same actions that the pages use.

`education()` builds a bureau with every kind of unit and a person for every role; `culture()` a second bureau.
`Story.paper(kind, state)` plays a paper to a state. Every story is told at the moment of the test.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.utils import timezone
from guardian.shortcuts import assign_perm

from commitments import actions as public_actions
from objectives import actions
from objectives.models import Benchmark, Campaign, Deadline, KindRule, Paper, Revision, Stage, Step
from objectives.routes import PERSONAL, Act
from objectives.states import ObjectiveKind, State
from portal.core import signers
from units.models import STEP, Bureau, Charge, Post, Role, Tenure, Unit, UnitKind
from units.policies import LEADERS

PASSPHRASE = "calm river 42"
STROKES = [[[100 + 40 * i, 200 + (-1) ** i * 60] for i in range(12)]]
ROUTES = {
    "bureau": (["head:sign+seal", "style_office:file"], "style_office"),
    "town_office": (["head:sign+seal", "style_office:file"], "style_office"),
    "town_school": (["head:sign", "town_office:approve"], "unit"),
    "municipal_school": (["head:sign+seal", "linked_leader:audit", "style_office:file"], "style_office"),
    "department": (["head:submit", "line_leader:audit", "style_office:file"], "style_office"),
}
NAMES = {
    "bureau": ("教育局", "Education bureau"),
    "town_office": ("镇街教管办", "Town education office"),
    "town_school": ("镇街所属学校", "Town school"),
    "municipal_school": ("市直学校", "Municipal school"),
    "department": ("局机关科室", "Department"),
}
SECTIONS = [
    {
        "key": "heads",
        "name_zh": "重点任务",
        "name_en": "Heads",
        "items": [
            {"key": "study", "name_zh": "抓学习", "name_en": "Study"},
            {"key": "ethics", "name_zh": "师德建设", "name_en": "Teachers' ethics"},
        ],
    }
]
RULES = {
    "title_fixed": True,
    "first_is_benchmarking": True,
    "items_about": 10,
    "items_warn_below": 8,
    "items_warn_above": 12,
    "chars_about": 1000,
    "measures_most": 3,
    "consultation_required": True,
    "focuses": ["voiced_problem", "risk_weak_link", "bottleneck"],
}


@dataclass
class Story:
    """A bureau with its units by key and its people by role key."""

    bureau: Bureau
    campaign: Campaign
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, object] = field(default_factory=dict)

    def paper(self, kind: str, state: str = "draft", *, objectives: int = 2) -> Paper:
        """A paper of the unit `kind`, played to: draft, in_route, returned, half, to_file, complete, published."""
        paper = self._draft(self.units[kind], objectives)
        if state == "draft":
            return paper
        actions.submit(paper, by=self.people[f"{kind}_staff"], at=timezone.now())
        if state == "returned":
            actions.send_back(self.step(paper), reason="请写明数字。", remarks={1: "目标值？"},
                              by=self.actor(paper), at=timezone.now())  # fmt: skip
        while state in ("half", "to_file", "complete", "published") and (step := self.step(paper)):
            if (state == "half" and step.position > 1) or (state == "to_file" and step.act == Act.FILE):
                break
            self.act(paper)
        paper.refresh_from_db()
        if state == "published" and paper.state == State.COMPLETE:
            public_actions.publish(paper, by=self.publisher(paper), at=timezone.now())
        paper.refresh_from_db()
        return paper

    def step(self, paper: Paper) -> Step | None:
        """The open step, or None."""
        return Step.objects.open().filter(paper=paper).select_related("paper__unit").first()

    def actor(self, paper: Paper):
        """The person who may do the open step."""
        step = self.step(paper)
        key = self._key(paper.unit)
        if step.role in (Role.LINE_LEADER, Role.LINKED_LEADER, Role.STYLE_OFFICE):
            return self.people[step.role]
        return self.people["town_office_approver" if step.role == Role.TOWN_OFFICE else f"{key}_head"]

    def act(self, paper: Paper) -> Step:
        """Do the open step as the right person: sign (enrolling if needed), submit or file."""
        step, by, at = self.step(paper), self.actor(paper), timezone.now()
        fingerprint = Revision.objects.get(paper=paper, round=step.round).fingerprint
        if step.act in PERSONAL:
            self.enrol(by)
            return actions.sign(step, fingerprint=fingerprint, passphrase=PASSPHRASE, by=by, at=at)
        if step.act == Act.SUBMIT:
            return actions.act_without_signature(step, fingerprint=fingerprint, by=by, at=at)
        return actions.file_paper(step, fingerprint=fingerprint, by=by, at=at)

    def enrol(self, user):
        """Give the person a signing key under `PASSPHRASE`, once."""
        if signers.key_of(user) is None:
            signers.enrol(user, passphrase=PASSPHRASE, again=PASSPHRASE, strokes=str(STROKES), post="校长",
                          bureau=self.bureau.name_zh, by=user, at=timezone.now())  # fmt: skip

    def publisher(self, paper: Paper):
        key = self._key(paper.unit)
        return self.people[f"{key}_head" if ROUTES[paper.unit.kind.key][1] == "unit" else "style_office"]

    def _key(self, unit: Unit) -> str:
        return next(key for key, row in self.units.items() if row.pk == unit.pk)

    def _draft(self, unit: Unit, count: int) -> Paper:
        by, at = self.people[f"{self._key(unit)}_staff"], timezone.now()
        paper = actions.begin(self.campaign, unit, by=by, at=at)
        today = timezone.localdate()
        note = {
            "consulted_from": today - timedelta(days=9), "consulted_to": today - timedelta(days=7),
            "consulted_how": "座谈和问卷", "consulted_people": 102, "opinions_heard": 7, "opinions_adopted": 5,
            "adopted_points": "",
        }  # fmt: skip
        actions.save_consultation(paper, note, version=paper.version, by=by, at=at)
        head = Post.objects.get(unit=unit, role=Role.HEAD)
        benchmark = Benchmark.objects.get(bureau=self.bureau)
        for number in range(1, count + 1):
            objective = paper.objectives.filter(position=number).first() or actions.add_objective(paper, by=by, at=at)
            data = objective_data(number, leader=head, benchmark=benchmark if number == 1 else None,
                                  due_on=self.campaign.ends_on - timedelta(days=20))  # fmt: skip
            actions.save_objective(objective, data, version=objective.version, by=by, at=at)
        paper.refresh_from_db()
        return paper


def objective_data(number: int, *, leader, benchmark, due_on: date) -> dict:
    """Clean data of one complete objective, as the editor's form gives it to `save_objective`."""
    return {
        "kind": ObjectiveKind.BENCHMARK if number == 1 else ObjectiveKind.VOICED_PROBLEM,
        "text_zh": f"图书角覆盖{30 + number}个教室",
        "text_en": f"A reading corner in {30 + number} classrooms",
        "sections": ["study", "ethics"],
        "due_on": due_on,
        "leader": leader,
        "benchmark": benchmark,
        "measures": ["每月建成一批", "家长参与选书"],
        "targets": [
            {
                "text_zh": f"建成图书角的教室（第{number}项）", "text_en": f"classrooms with a corner ({number})",
                "comparison": "ge", "baseline": Decimal(10), "value": Decimal(30 + number), "unit_zh": "个",
                "unit_en": "rooms", "benchmark_value": Decimal(48), "benchmark_unknown": False, "due_on": None,
            }
        ],
    }  # fmt: skip


def education(code: str = "north") -> Story:
    """An education bureau with all kinds of units, one person a role, and a campaign running now."""
    story = bureau(code, "北城教育局", ("town_office", "municipal_school", "department"))
    office = story.units["town_office"]
    add_unit(story, "town_school", parent=office)
    story.people["town_office_approver"] = _person(
        story, office, Role.TOWN_OFFICE, "town_office_approver", "教管办副主任"
    )
    root = story.units["bureau"]
    for role, kind in ((Role.LINE_LEADER, "department"), (Role.LINKED_LEADER, "municipal_school")):
        user = story.people[role] = _person(story, root, role, role.value, f"副局长（{role.label}）")
        post = Post.objects.get(unit=root, role=role)
        Charge.objects.create(post=post, unit=story.units[kind], from_on=date(2020, 1, 1))
        assign_perm(LEADERS[role], user, story.units[kind])
    return story


def culture(code: str = "south") -> Story:
    """A second bureau that sets one paper for itself."""
    return bureau(code, "南区文化局", ())


def bureau(code: str, name: str, kinds) -> Story:
    """A bureau with root unit, style office, administrator, auditor and one unit of each of `kinds`."""
    today = timezone.localdate()
    row = Bureau.objects.create(code=code, name_zh=name, name_en=f"Bureau of {code}", short_zh=f"{code}办")
    campaign = Campaign.objects.create(
        bureau=row, code=f"{code}-{today.year}", year=today.year, number_prefix=code[:2].upper(),
        title_zh="寻标对标提标达标行动", title_en="Find, match, raise, reach",
        paper_title_zh="敢担当、争一流 任务目标", paper_title_en="Task objectives",
        starts_on=today - timedelta(days=30), ends_on=today + timedelta(days=300), rules=RULES, content={},
        file_hash="0" * 64, loaded_at=timezone.now(), loaded_by="test",
    )  # fmt: skip
    Deadline.objects.create(campaign=campaign, key="sign_off", on=today + timedelta(days=5))
    Deadline.objects.create(campaign=campaign, key="file_with_style_office", on=today + timedelta(days=6))
    Stage.objects.create(campaign=campaign, position=1, key="set", name_zh="定标阶段", name_en="Set objectives",
                         from_on=today - timedelta(days=5), to_on=today + timedelta(days=20))  # fmt: skip
    story = Story(row, campaign)
    root = add_unit(story, "bureau", parent=None)
    for role in (Role.STYLE_OFFICE, Role.ADMINISTRATOR, Role.AUDITOR):
        story.people[role] = _person(story, root, role, role.value, role.label)
    Benchmark.objects.create(
        bureau=row,
        key=f"{code}-model",
        name_zh="省级示范学校",
        name_en="Model school",
        tier="province",
        similar_line=True,
        similar_base=True,
        learnable=True,
        catchable=True,
    )
    for kind in kinds:
        add_unit(story, kind, parent=root)
    return story


FURTHER_SCHOOLS = ("second_school", "third_school")


def add_unit(story: Story, key: str, *, parent: Unit | None) -> Unit:
    kind_key = "municipal_school" if key in FURTHER_SCHOOLS else key
    name_zh, name_en = NAMES[kind_key]
    kind, is_new = UnitKind.objects.get_or_create(
        bureau=story.bureau, key=kind_key, defaults={"name_zh": name_zh, "name_en": name_en}
    )
    route, publisher = ROUTES[kind_key]
    if is_new:
        KindRule.objects.create(campaign=story.campaign, kind=kind, route=route, publisher=publisher, sections=SECTIONS,
                                basis="plan")  # fmt: skip
    count = Unit.objects.count() + 1
    unit = story.units[key] = Unit.objects.create(
        bureau=story.bureau, kind=kind, parent=parent, path=(parent.path if parent else "") + f"{count:0{STEP}d}",
        code=key.replace("_", "-"), name_zh=f"{story.bureau.short_zh}{name_zh}",
        name_en=f"{name_en} {story.bureau.code}",
        opened_on=date(2020, 1, 1),
    )  # fmt: skip
    for role, title in ((Role.STAFF, "办公室干事"), (Role.HEAD, "主要负责人")):
        story.people[f"{key}_{role.value}"] = _person(story, unit, role, f"{key}_{role.value}", title)
    return unit


def _person(story: Story, unit: Unit, role: Role, name: str, title: str):
    login = f"{story.bureau.code}-{name}"
    user = get_user_model().objects.create_user(login, f"{login}@example.test", "pass word 1", name=f"{login}")
    post = Post.objects.create(unit=unit, role=role, key=f"{role.value}", title_zh=str(title), title_en=role.label)
    Tenure.objects.create(post=post, user=user, from_on=date(2020, 1, 1))
    return user
