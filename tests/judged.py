"""An assessment for tests: published promises, a frozen standard, one case a unit. Nothing is signed or printed.

The portal of these tests is a demonstration, so that acts may claim the day they are told on.
"""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from assessments.models import Assessment, Case, Criterion, Inspector, Mark, Standard
from assessments.states import Method, Phase, Source
from commitments.models import Publication
from objectives.models import Stage
from portal.core.models import Installation
from tests import stories
from tests.months import plain_paper
from tests.promised import promised
from units.models import Post

GRADES = [
    {"key": "excellent", "at_least": "90"},
    {"key": "good", "at_least": "80"},
    {"key": "pass", "at_least": "60"},
    {"key": "fail", "at_least": "0"},
]
CRITERIA = (
    ("completion", "A", 60, Method.MACHINE, "completion", True, False),
    ("reporting", "B", 15, Method.MACHINE, "reporting", False, False),
    ("openness", "C", 10, Method.MACHINE, "openness", False, False),
    ("on-the-spot", "D", 15, Method.INSPECTION, "", True, False),
    ("accident", "V", 0, Method.INSPECTION, "", True, True),
)
"""key, group, points, method, rule, looked_at, is_veto."""
KINDS = ("municipal_school", "department", "town_office", "town_school")


def judged(*kinds: str, phase: str = Phase.OPEN) -> stories.Story:
    """A story with `standard`, `criteria` by key, `assessment` in that phase and `cases` by unit key. The campaign's
    keeping is over: its assessment stage has begun.
    """
    Installation.objects.update_or_create(pk=1, defaults={"is_demo": True, "created_at": timezone.now()})
    story = stories.education()
    today = timezone.localdate()
    with plain_paper():
        for kind in kinds or KINDS:
            promised(story, kind)
    Stage.objects.create(
        campaign=story.campaign, position=4, key="assess", name_zh="考核评价阶段", name_en="Assess",
        from_on=today - timedelta(days=5), to_on=today + timedelta(days=25),
    )  # fmt: skip
    story.standard = frozen_standard(story)
    story.criteria = {row.key: row for row in story.standard.criteria.all()}
    story.assessment = Assessment.objects.create(
        campaign=story.campaign, standard=story.standard, phase=phase, self_due_on=today + timedelta(days=3),
        inspect_from_on=today + timedelta(days=4), inspect_to_on=today + timedelta(days=20),
        opened_at=timezone.now(), opened_by=story.people["style_office"],
    )  # fmt: skip
    story.cases = {}
    for key, unit in story.units.items():
        publication = Publication.objects.filter(unit=unit, campaign=story.campaign).first()
        if publication:
            story.cases[key] = Case.objects.create(
                assessment=story.assessment, unit=unit, publication=publication, order=unit.path,
                kind_key=unit.kind.key,
            )  # fmt: skip
    return story


def frozen_standard(story: stories.Story) -> Standard:
    """A standard of five criteria, 100 points and one veto, frozen by the office; small kinds have no best grade."""
    office, now = story.people["style_office"], timezone.now()
    standard = Standard.objects.create(
        campaign=story.campaign, version=1, title_zh="考核细则", title_en="Standard", grades=GRADES, made_at=now,
        made_by=office, top_least=0,
    )  # fmt: skip
    for position, (key, group, points, method, rule, looked_at, is_veto) in enumerate(CRITERIA, start=1):
        Criterion.objects.create(
            standard=standard, position=position, key=key, group=group, name_zh=key, name_en=key, points=points,
            method=method, rule=rule, looked_at=looked_at, is_veto=is_veto, scoring_zh="按完成情况计分",
            source_zh="台账",
        )  # fmt: skip
    standard.content, standard.fingerprint = "{}", "0" * 64
    standard.frozen_at, standard.frozen_by, standard.frozen_post = now, office, post_of(office)
    standard.save()
    return standard


def post_of(user) -> Post:
    return user.tenures.get().post


def marked(case: Case, source: str = Source.MACHINE, **points) -> list[Mark]:
    """Give a case marks by criterion key (`-` written as `_`); None: the criterion does not apply."""
    criteria = {row.key: row for row in case.assessment.standard.criteria.all()}
    return [
        Mark.objects.create(
            case=case,
            criterion=criteria[key.replace("_", "-")],
            source=source,
            points=None if value is None else Decimal(str(value)),
        )  # fmt: skip
        for key, value in points.items()
    ]


def inspectors(story: stories.Story, *names: str) -> list[Inspector]:
    """People of the story put on the bureau's list; by default three of the bureau itself."""
    found = []
    for number, name in enumerate(names or ("style_office", "line_leader", "linked_leader"), start=1):
        user = story.people[name]
        found.append(
            Inspector.objects.create(
                bureau=story.campaign.bureau,
                user=user,
                post=post_of(user),
                number=f"I{number:02d}",
                listed_at=timezone.now(),
            )  # fmt: skip
        )
    return found
