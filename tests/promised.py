"""Published promises without the cost of their signatures: for tests about what happens after publication.

The paper is written, submitted and published by the real actions; only the marks between are set by hand.
"""

from django.utils import timezone

from commitments import actions as public_actions
from commitments.models import Commitment
from objectives import actions
from objectives.models import Paper, Revision, Step
from objectives.routes import Act
from objectives.states import State
from tests.stories import Story
from units.models import Role


def promised(story: Story, kind: str = "municipal_school", *, objectives: int = 2) -> list[Commitment]:
    """The promises of that unit, in order; their document is no PDF."""
    paper = story.paper(kind, "draft", objectives=objectives)
    actions.submit(paper, by=story.people[f"{kind}_staff"], at=timezone.now())
    revision = Revision.objects.get(paper=paper)
    for step in Step.objects.filter(paper=paper):
        by = _who(story, step, kind)
        Step.objects.filter(pk=step.pk).update(
            done_at=timezone.now(), done_by=by, done_post=by.tenures.get().post, fingerprint=revision.fingerprint,
            document="" if step.act == Act.SUBMIT else f"{step.pk:064x}",
        )  # fmt: skip
    Paper.objects.filter(pk=paper.pk).update(state=State.COMPLETE)
    publication = public_actions.publish(paper, by=story.publisher(paper), at=timezone.now())
    rows = Commitment.objects.filter(publication=publication).select_related("publication__unit")
    return list(rows.order_by("position"))


def _who(story: Story, step: Step, kind: str):
    if step.role in (Role.LINE_LEADER, Role.LINKED_LEADER, Role.STYLE_OFFICE):
        return story.people[step.role]
    return story.people["town_office_approver" if step.role == Role.TOWN_OFFICE else f"{kind}_head"]
