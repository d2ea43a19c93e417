"""What a self-assessment must hold before its head signs it, and what it comes to. Pure over rows in hand.

`Row` ties a unit's own mark to what the ledger says of the same criterion.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments import scoring
from assessments.models import Criterion, SelfAssessment, SelfMark

CHAPTERS = ("did", "short", "learned", "next")
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion: the unit's own mark, what the ledger gives (None: not computed yet), and why."""

    mark: SelfMark
    ledger: Decimal | None
    is_scored: bool
    why: str

    @property
    def criterion(self) -> Criterion:
        return self.mark.criterion

    @property
    def applies(self) -> bool:
        """Not once the machine found that the criterion has nothing to say of this unit."""
        return not self.is_scored or self.ledger is not None

    @property
    def suggestion(self) -> Decimal | None:
        """The ledger's points as a unit would write them down."""
        return None if self.ledger is None else min(scoring.rounded(self.ledger), self.criterion.points)

    @property
    def is_higher(self) -> bool:
        """Whether the unit gives itself more than the ledger does."""
        return self.mark.points is not None and self.ledger is not None and self.mark.points > self.suggestion


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing to do before it can be put forward; `to` is the id of its field."""

    to: str
    label: str
    words: str


def applies_to(criterion: Criterion, kind_key: str) -> bool:
    """Whether units of this kind give themselves points under it; a veto is worth none."""
    return not criterion.is_veto and (not criterion.kinds or kind_key in criterion.kinds)


def outside(criterion: Criterion, points: Decimal | None) -> str:
    """Why these points are not possible under that criterion; empty when they are."""
    if points is None or (0 <= points <= criterion.points and points == points.quantize(CENT)):
        return ""
    most = f"{criterion.points.normalize():f}"
    if 0 <= points <= criterion.points:
        return _("Points have at most two decimals.")
    return _("Points lie between 0 and %(most)s here; you wrote %(points)s. Nothing was stored.") % {
        "most": most, "points": f"{points.normalize():f}",
    }  # fmt: skip


def missing(check: SelfAssessment, rows: Iterable[Row]) -> list[Lack]:
    """Everything that keeps it from being put forward."""
    found = []
    for row in rows:
        stem, label = f"id_m{row.criterion.pk}", row.criterion.name_zh
        if row.applies and row.mark.points is None:
            found.append(Lack(f"{stem}-points", label, _("Give your own points.")))
        if row.is_higher and not row.mark.words.strip():
            found.append(Lack(f"{stem}-words", label, _("Say why you give yourself more than the ledger does.")))
    for name in CHAPTERS:
        if not getattr(check, name).strip():
            label = str(SelfAssessment._meta.get_field(name).verbose_name)
            found.append(Lack(f"id_{name}", label, _("This chapter is still empty.")))
    return found


def total(rows: Iterable[Row]) -> Decimal | None:
    """The unit's own total out of 100, over the criteria that apply; None while one of them has no points."""
    counted = [row for row in rows if row.applies]
    if any(row.mark.points is None for row in counted):
        return None
    return scoring.total([scoring.Scored(row.mark.points, row.criterion.points) for row in counted])


def days_late(due_on: date, on: date) -> int:
    return max(0, (on - due_on).days)
