"""A small bureau to measure in: played through the same actions that the pages use."""

from django.utils import timezone

from tests import stories
from units.actions import put_in_charge
from units.models import Post, Role

OBJECTIVES = 10


def small() -> stories.Story:
    """A published paper of ten objectives, and papers under way to either leader."""
    story = stories.education()
    story.paper("municipal_school", "published", objectives=OBJECTIVES)
    story.paper("department", "in_route")
    _school(story, "second_school")
    return story


def grow(story: stories.Story) -> None:
    """More of everything that a list shows."""
    _school(story, "third_school")
    story.paper("town_office", "published", objectives=4)
    story.paper("town_school", "complete", objectives=3)


def _school(story: stories.Story, key: str) -> None:
    """One more school in the linked leader's charge, whose paper is under way."""
    school = stories.add_unit(story, key, parent=story.units["bureau"])
    leader = Post.objects.get(unit=story.units["bureau"], role=Role.LINKED_LEADER)
    put_in_charge(leader, school, by="command", at=timezone.now())
    story.paper(key, "in_route", objectives=3)


def public_pages(story: stories.Story) -> dict[str, str]:
    """The address of every public page of the bureau, by name."""
    from django.urls import reverse  # noqa: PLC0415 -- Django is set up by the section that calls

    publication = story.campaign.publications.get(unit_code="municipal-school")
    promise = publication.commitments.first()
    bureau, unit = publication.bureau_code, publication.unit_code
    words = {
        "home": (), "about": (), "accessibility": (), "verify": (), "bureau": (bureau,), "units": (bureau,),
        "unit": (bureau, unit), "commitment": (bureau, promise.code),
    }  # fmt: skip
    return {name: reverse(name, args=["zh", *args]) for name, args in words.items()}
