"""The registry of benchmarks: entered and changed by who chose them, taken off by the style office."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from objectives import benchmark_policies as policies
from objectives.actions.writing import BENCHMARK
from objectives.hosts import host_of
from objectives.models import Benchmark
from portal.core.clock import local_day, require_honest
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from units.models import Bureau, Unit
from units.policies import standing


@transaction.atomic
def enter(bureau: Bureau, data: dict, *, unit: Unit | None = None, by, at: datetime) -> Benchmark:
    """Enter a benchmark of the bureau, or of one unit for itself. `data` holds the names of `BENCHMARK`."""
    require_honest(at)
    who = standing(by, on=local_day(at))
    require(policies.can_enter(who, bureau.pk, unit))
    stem = slugify(data.get("name_en") or "")[:24] or "benchmark"
    prefix = f"{unit.code[:20]}-" if unit else ""
    row = Benchmark(bureau=bureau, unit=unit, key=f"{prefix}{stem}-{secrets.token_hex(4)}")
    return _keep(row, data, who, by, at, is_new=True)


@transaction.atomic
def change(benchmark: Benchmark, data: dict, *, by, at: datetime) -> Benchmark:
    """Change what the registry says of a benchmark; what was there before stays in its history."""
    require_honest(at)
    row, who = _locked(benchmark), standing(by, on=local_day(at))
    require(policies.can_change(who, row))
    if all(getattr(row, name) == data[name] for name in BENCHMARK if name in data):
        return row
    return _keep(row, data, who, by, at, is_new=False)


@transaction.atomic
def retire(benchmark: Benchmark, *, why: str, by, at: datetime) -> Benchmark:
    """Take a benchmark off the registry: nobody new is matched with it. Pairs that stand go on."""
    require_honest(at)
    row, who = _locked(benchmark), standing(by, on=local_day(at))
    require(policies.can_retire(who, row))
    if not why.strip():
        raise Refused(_("Say why it is taken off the registry."))
    row.retired_at = at
    row._history_user, row._history_date = by, at
    row.save(update_fields=["retired_at"])
    post = who.bureau_post(policies.Role.STYLE_OFFICE, row.bureau_id)
    record("benchmark.retired", about=row, by=by, at=at, bureau=row.bureau.code, post=post.title_zh,
           words=why.strip()[:200])  # fmt: skip
    return row


def _locked(benchmark: Benchmark) -> Benchmark:
    rows = Benchmark.objects.select_for_update(of=("self",)).select_related("bureau", "unit")
    return rows.get(pk=benchmark.pk)


def _keep(row: Benchmark, data: dict, who, by, at: datetime, *, is_new: bool) -> Benchmark:
    for name in BENCHMARK:
        if name in data:
            setattr(row, name, data[name])
    row.host = host_of(row.name_zh)
    row._history_user, row._history_date = by, at
    row.save()
    post = policies.unit_post(who, row.unit) if row.unit_id else who.bureau_post(
        policies.Role.STYLE_OFFICE, row.bureau_id
    )  # fmt: skip
    record("benchmark.entered", about=row, by=by, at=at, bureau=row.bureau.code, post=post.title_zh, new=is_new,
           comparable=row.is_comparable)  # fmt: skip
    return row
