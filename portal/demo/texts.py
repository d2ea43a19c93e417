"""What the sample papers say. Their texts stand in `papers/*.toml`; figures are filled in unit by unit."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from portal.core import redate

PLAN_YEAR = 2017
PAPERS = Path(__file__).with_name("papers")


@dataclass(frozen=True)
class Text:
    """One unit's paper in words. `first` are its objectives as first submitted, `final` as submitted again.

    `gaps` are (objective, what is missing) of a paper that is still being written; `keys` name the objectives.
    """

    benchmark: dict
    consultation: dict
    first: list[dict]
    final: list[dict]
    sent_back: dict
    gaps: list[tuple[int, str]]
    keys: tuple[str, ...] = ()


def text_of(unit: str, year: int, *, only: Sequence[str] = (), figures: Mapping | None = None) -> Text:
    """The sample paper of a unit, its days moved to the campaign's year; `only` some objectives, with other figures."""
    file = next(file for file in _files() if unit in file["unit"])
    row = file["unit"][unit]
    pool = {objective["key"]: objective for objective in file["objective"]}
    chosen = [pool[key] for key in only or row["objectives"]]
    first = [{**objective, **objective.get("before", {})} for objective in chosen]
    figures, by = {**row.get("figures", {}), **(figures or {})}, year - PLAN_YEAR
    return Text(
        benchmark=_benchmark({**file["benchmark"], **row.get("benchmark", {})}),
        consultation=row.get("consultation", {}),
        first=[_objective(objective, figures, by) for objective in first],
        final=[_objective(objective, figures, by) for objective in chosen],
        sent_back=row.get("return", {}),
        gaps=[(place, what) for place, what in row.get("gaps", [])],
        keys=tuple(objective["key"] for objective in chosen),
    )


@cache
def _files() -> tuple[dict, ...]:
    return tuple(tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(PAPERS.glob("*.toml")))


def _benchmark(row: dict) -> dict:
    """Clean data for the registry: the four answers on comparability are given."""
    answers = dict.fromkeys(("similar_line", "similar_base", "learnable", "catchable"), True)
    zh, en = row["name"]
    return {"name_zh": zh, "name_en": en, "tier": row["tier"], "note": row.get("note", ""), **answers}


def _objective(row: dict, figures: dict, by: int) -> dict:
    """Clean data for `save_objective`, but for the leader's post (named by its key) and the benchmark."""
    zh, en = _filled(row["text"], figures)
    measures = [_filled(pair, figures) for pair in row["measures"]]
    return {
        "kind": row["kind"],
        "text_zh": zh,
        "text_en": en,
        "sections": row.get("sections", []),
        "due_on": _day(row["due_on"], by),
        "leader": row["leader"],
        "measures": [zh for zh, _en in measures],
        "measures_en": [en for _zh, en in measures],
        "targets": [_target(target, figures, by) for target in row["target"]],
    }


def _target(row: dict, figures: dict, by: int) -> dict:
    zh, en = _filled(row["text"], figures)
    unit_zh, unit_en = row["unit"]
    return {
        "text_zh": zh,
        "text_en": en,
        "comparison": row["is"],
        "baseline": _figure(row.get("now"), figures),
        "value": _figure(row.get("value"), figures),
        "unit_zh": unit_zh,
        "unit_en": unit_en,
        "benchmark_value": _figure(row.get("there"), figures),
        "benchmark_unknown": False,
        "due_on": _day(row.get("due_on"), by),
    }


def _filled(pair: list[str], figures: dict) -> list[str]:
    return [text.format(**figures) for text in pair]


def _figure(text: str | None, figures: dict) -> Decimal | None:
    return Decimal(text.format(**figures)) if text else None


def _day(value: date | None, by: int) -> date | None:
    return redate.day(value, by) if value else None
