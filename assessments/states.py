"""Words and states of an assessment. Pure."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Method(TextChoices):
    """How a criterion gets its points."""

    MACHINE = "machine", _("Computed from the ledger")
    INSPECTION = "inspection", _("Judged on the spot")


class Source(TextChoices):
    """Where a mark comes from. A later one in this order stands over an earlier one."""

    MACHINE = "machine", _("Computed")
    INSPECTED = "inspected", _("Inspected")
    RECHECKED = "rechecked", _("Checked again on appeal")


class Phase(TextChoices):
    """Where an assessment stands."""

    PREPARED = "prepared", pgettext_lazy("assessment", "In preparation")
    OPEN = "open", pgettext_lazy("assessment", "Self-assessment under way")
    INSPECTING = "inspecting", pgettext_lazy("assessment", "Inspections under way")
    SCORED = "scored", pgettext_lazy("assessment", "Scored, units being told")
    NOTIFIED = "notified", pgettext_lazy("assessment", "Units told, appeals possible")
    PUBLISHED = "published", pgettext_lazy("assessment", "Published")


PHASES: dict[Phase, frozenset[Phase]] = {
    Phase.PREPARED: frozenset({Phase.OPEN}),
    Phase.OPEN: frozenset({Phase.INSPECTING, Phase.SCORED}),
    Phase.INSPECTING: frozenset({Phase.SCORED}),
    Phase.SCORED: frozenset({Phase.NOTIFIED}),
    Phase.NOTIFIED: frozenset({Phase.PUBLISHED}),
    Phase.PUBLISHED: frozenset(),
}
"""Which phase may follow which."""


class Grade(TextChoices):
    """Grades of domain 2.6; their thresholds are the standard's."""

    EXCELLENT = "excellent", _("Excellent")
    GOOD = "good", _("Good")
    PASS = "pass", _("Up to standard")
    FAIL = "fail", _("Below standard")


class DrawMethod(TextChoices):
    SAMPLE = "sample", _("Drawn sample")
    CENSUS = "census", _("Census: every unit")


class SeedKind(TextChoices):
    PUBLIC_NUMBER = "public_number", _("A public number announced later")
    TWO_SECRETS = "two_secrets", _("Two officers’ secrets, committed to before and revealed after")


class DrawState(TextChoices):
    PREPARED = "prepared", pgettext_lazy("draw", "In preparation")
    ANNOUNCED = "announced", pgettext_lazy("draw", "Announced: lists frozen, the seed is not known yet")
    DRAWN = "drawn", pgettext_lazy("draw", "Drawn")
    VOID = "void", pgettext_lazy("draw", "Void; its number is spent")


class InspectionState(TextChoices):
    ASSIGNED = "assigned", pgettext_lazy("inspection", "Assigned")
    SCORING = "scoring", pgettext_lazy("inspection", "One sheet has come in")
    DIFFERS = "differs", pgettext_lazy("inspection", "The two differ: a third opinion is asked for")
    SETTLED = "settled", pgettext_lazy("inspection", "Settled")
    UNABLE = "unable", pgettext_lazy("inspection", "The unit could not receive; the next in line took its place")


class RecusalReason(TextChoices):
    OWN_UNIT = "own_unit", _("Works there")
    FORMER_UNIT = "former_unit", _("Worked there before")
    IN_CHARGE = "in_charge", _("Leads or oversees it")
    RELATIVE = "relative", _("A relative works there")
    OTHER = "other", _("Another interest")


class HandoverReason(TextChoices):
    """Why a place on an inspection passed on."""

    INTEREST = "interest", _("Has an interest in the unit")
    ABSENT = "absent", _("Could not come")
    LEFT = "left", _("No longer serves here")


class AppealState(TextChoices):
    FILED = "filed", pgettext_lazy("appeal", "Filed")
    RECHECKING = "rechecking", pgettext_lazy("appeal", "Being checked again")
    RECHECKED = "rechecked", pgettext_lazy("appeal", "Checked again, decision awaited")
    DECIDED = "decided", pgettext_lazy("appeal", "Decided")


class Outcome(TextChoices):
    UPHELD = "upheld", pgettext_lazy("appeal", "The result stands")
    CHANGED = "changed", pgettext_lazy("appeal", "The result was changed")


class AdjustmentKind(TextChoices):
    BONUS = "bonus", _("Bonus")
    DEDUCTION = "deduction", _("Deduction")
    VETO = "veto", _("Veto")
