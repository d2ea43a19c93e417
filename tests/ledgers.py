"""Published promises without their signatures: for tests of what comes after, where signing is beside the point."""

from datetime import timedelta

from django.utils import timezone

from commitments import snapshots
from commitments.actions import publishing
from commitments.models import Publication
from objectives.models import Revision, Stage, Step
from objectives.states import State
from portal.core.models import Installation
from tests import months, stories
from units.models import Post


def kept(*kinds: str, objectives: int = 2, ago: int = 3) -> stories.Story:
    """Like `months.kept`, but nobody signed: one step is marked as done. Fast."""
    Installation.objects.update_or_create(pk=1, defaults={"is_demo": True, "created_at": timezone.now()})
    story = stories.education()
    first = timezone.localdate().replace(day=1)
    for _number in range(ago):
        first = (first - timedelta(days=1)).replace(day=1)
    story.campaign.starts_on = first - timedelta(days=60)
    story.campaign.save()
    Stage.objects.create(
        campaign=story.campaign, position=3, key="keep", name_zh="践诺阶段", name_en="Keep",
        from_on=first, to_on=story.campaign.ends_on,
    )  # fmt: skip
    story.first = first
    for kind in kinds or ("municipal_school",):
        publish(story, kind, objectives=objectives)
    return story


def publish(story: stories.Story, kind: str, *, objectives: int = 2) -> Publication:
    """One unit's promises made public a week before the keep stage, as if its first step had been all."""
    paper = story.paper(kind, "in_route", objectives=objectives)
    Step.objects.filter(paper=paper, position__gt=1).delete()
    Step.objects.filter(paper=paper).update(
        done_at=timezone.now(), done_by=story.people[f"{kind}_head"], fingerprint="0" * 64, document="0" * 64,
        done_post=Post.objects.get(unit=paper.unit, role="head"),
    )  # fmt: skip
    type(paper).objects.filter(pk=paper.pk).update(state=State.COMPLETE)
    paper.refresh_from_db()
    revision, by, at = Revision.objects.get(paper=paper), story.publisher(paper), timezone.now()
    post = Post.objects.get(unit=paper.unit, role="head")
    made = publishing._write(revision, snapshots.of(revision), paper, post, by, at)
    Publication.objects.filter(pk=made.pk).update(published_at=months.at(story.first - timedelta(days=7)))
    return Publication.objects.get(pk=made.pk)
