"""Where a paper stands, and which moves exist. Pure."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(TextChoices):
    DRAFT = "draft", _("Draft")
    IN_ROUTE = "in_route", _("With the signers")
    RETURNED = "returned", _("Returned")
    COMPLETE = "complete", _("Signed by all")
    PUBLISHED = "published", _("Published")


MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.IN_ROUTE}),
    State.IN_ROUTE: frozenset({State.RETURNED, State.COMPLETE}),
    State.RETURNED: frozenset({State.IN_ROUTE}),
    State.COMPLETE: frozenset({State.PUBLISHED}),
    State.PUBLISHED: frozenset(),
}
EDITABLE = frozenset({State.DRAFT, State.RETURNED})


class Comparison(TextChoices):
    """How a target is met. `ge` includes the number itself (以上, Civil Code art. 1259)."""

    AT_LEAST = "ge", _("at least")
    AT_MOST = "le", _("at most")
    EXACTLY = "eq", _("exactly")
    ORDINAL = "ordinal", _("number in a series")
    SOME = "some", _("a number of")
    HELD = "held", _("held")
    RANK = "rank", _("rank")
    ASSIGNED = "assigned", _("as assigned from above")


MEASURED = frozenset({Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.EXACTLY})
"""Comparisons drawn on the ruler: they need a figure."""


class TargetState(TextChoices):
    OPEN = "open", pgettext_lazy("target", "Open")
    COMPLETED_BEFORE_START = "completed_before_start", _("Completed before the plan began")


class ObjectiveKind(TextChoices):
    """What an objective aims at (Anqiu plan, first chapter, item 2, and the benchmarking rule)."""

    BENCHMARK = "benchmark", _("Benchmarking")
    VOICED_PROBLEM = "voiced_problem", _("Problem strongly voiced by the people")
    RISK_WEAK_LINK = "risk_weak_link", _("Risk, contradiction or weak link")
    BOTTLENECK = "bottleneck", _("Bottleneck of development")
    DUTY = "duty", _("Own duty")


FOCUSES = (ObjectiveKind.VOICED_PROBLEM, ObjectiveKind.RISK_WEAK_LINK, ObjectiveKind.BOTTLENECK)


class VisitKind(TextChoices):
    GO_OUT = "go_out", _("Go out")
    INVITE_IN = "invite_in", _("Invite in")
    ONLINE = "online", _("Online exchange")


class VisitState(TextChoices):
    PLANNED = "planned", pgettext_lazy("visit", "Being planned")
    ASKED = "asked", pgettext_lazy("visit", "Waiting for approval")
    APPROVED = "approved", pgettext_lazy("visit", "Approved")
    RETURNED = "returned", pgettext_lazy("visit", "Sent back")
    CANCELLED = "cancelled", pgettext_lazy("visit", "Cancelled")
    DONE = "done", pgettext_lazy("visit", "Made and written up")


class ContactWay(TextChoices):
    VISIT = "visit", _("Visit")
    ONLINE = "online", _("Online exchange")
    CALL = "call", _("Telephone")
    LETTER = "letter", _("Letter or papers sent")


class GapKind(TextChoices):
    DIMENSION = "dimension", _("Dimension")
    INDICATOR = "indicator", _("Indicator")
