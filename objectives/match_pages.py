"""What a benchmark's page offers for matching: one's own units at once; to the style office any unit, by its name."""

from django.db.models import Q

from objectives import benchmark_policies as policies
from objectives.forms.contacts import WhyChosenForm
from objectives.models import Benchmark
from portal.core.asked import key
from units.models import Role, Unit
from units.policies import Standing

FOUND = 12
"""Units that a search shows at once."""


def unit_asked(who: Standing, row: Benchmark, text: str) -> Unit | None:
    """The unit that was asked for, where this person may match units with that benchmark; else None."""
    pk = key(text)
    own = next((unit for unit in _own(who, row) if unit.pk == pk), None)
    return own or (_of_bureau(who, row).filter(pk=pk).first() if pk else None)


def facts(who: Standing, row: Benchmark, asked, *, matched: set, typed: tuple[Unit, WhyChosenForm] | None) -> dict:
    """`to_match`: (unit, verdict, form of the reason or None); `searches`: whether units are looked for by `words`."""
    chosen = typed[0] if typed else unit_asked(who, row, asked.get("unit", ""))
    units = [unit for unit in _own(who, row) if unit != chosen]
    if chosen is not None:
        units.insert(0, chosen)
    words = asked.get("q", "")[:40].strip()
    searches = who.bureau_post(Role.STYLE_OFFICE, row.bureau_id) is not None and not row.retired_at
    named = _named(who, row, words) if searches and words else []
    return {
        "to_match": [_to_match(who, unit, row, typed) for unit in units if unit.pk not in matched], "words": words,
        "searches": searches, "is_matched": chosen is not None and chosen.pk in matched, "chosen": chosen,
        "named": named[:FOUND], "more": len(named) > FOUND, "matched": matched,
    }  # fmt: skip


def _to_match(who: Standing, unit: Unit, row: Benchmark, typed) -> tuple:
    form = typed[1] if typed and typed[0] == unit else WhyChosenForm(auto_id=f"match_{unit.pk}_%s")
    verdict = policies.can_match(who, unit, row)
    return unit, verdict, form if verdict and policies.needs_reason(row) else None


def _named(who: Standing, row: Benchmark, words: str) -> list[Unit]:
    rows = _of_bureau(who, row).filter(Q(name_zh__icontains=words) | Q(name_en__icontains=words))
    return list(rows.order_by("path")[: FOUND + 1])


def _own(who: Standing, row: Benchmark) -> list[Unit]:
    return [unit for unit in policies.own_units(who) if unit.bureau_id == row.bureau_id]


def _of_bureau(who: Standing, row: Benchmark):
    """The units that exist today, for the style office of the benchmark's bureau; for everybody else none."""
    if not who.bureau_post(Role.STYLE_OFFICE, row.bureau_id):
        return Unit.objects.none()
    rows = Unit.objects.filter(bureau=row.bureau_id).open_on(who.on)
    return rows.filter(pk=row.unit_id) if row.unit_id else rows
