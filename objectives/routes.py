"""Approval routes: the acts of a step, and how a campaign file writes them. Pure.

A route is a list of `role:act[+seal]`, as in `head:sign+seal`, `linked_leader:audit`, `style_office:file`.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

ROLES = ("head", "town_office", "line_leader", "linked_leader", "style_office")


class Act(TextChoices):
    SUBMIT = "submit", _("submits")
    SIGN = "sign", _("signs")
    AUDIT = "audit", _("audits and signs")
    APPROVE = "approve", _("approves")
    FILE = "file", _("files")


PERSONAL = frozenset({Act.SIGN, Act.AUDIT, Act.APPROVE})
"""Acts that are a person's own signature under a passphrase."""

LEAVES_MARK = PERSONAL | {Act.FILE}
"""Acts that put a signature field into the document: personal ones, and the office's filing stamp."""


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One step of a route as the campaign file writes it."""

    role: str
    act: Act
    seal: bool = False

    def __str__(self):
        return f"{self.role}:{self.act.value}{'+seal' if self.seal else ''}"


def parse(text: str) -> RouteStep:
    """Read `role:act[+seal]`; raises ValueError saying what is wrong and what is expected."""
    role, _colon, act = text.partition(":")
    act, _plus, seal = act.partition("+")
    if role not in ROLES:
        raise ValueError(f"“{role}” is not a role; expected one of {', '.join(ROLES)}")
    if act not in Act.values:
        raise ValueError(f"“{act}” is not an act; expected one of {', '.join(Act.values)}")
    if seal not in ("", "seal"):
        raise ValueError(f"“+{seal}” is not known; only +seal may follow an act")
    if seal and act not in {a.value for a in PERSONAL}:
        raise ValueError("a seal goes with a signature, not with submitting or filing")
    return RouteStep(role, Act(act), bool(seal))


def problems(steps: list[RouteStep]) -> list[str]:
    """What makes a list of steps no usable route; empty when it is one."""
    found = []
    if not steps:
        return ["a route needs at least one step"]
    if steps[0].role != "head" or steps[0].act not in (Act.SIGN, Act.SUBMIT):
        found.append("a route begins with the head, who signs or submits")
    if not any(step.act in PERSONAL for step in steps):
        found.append("a route needs at least one personal signature")
    if any(step.act == Act.FILE for step in steps[:-1]):
        found.append("filing is the last step of a route")
    if any((step.act == Act.FILE) != (step.role == "style_office") for step in steps):
        found.append("the style office files, and nobody else does")
    if len({step.role for step in steps}) != len(steps):
        found.append("nobody acts twice in one route")
    return found
