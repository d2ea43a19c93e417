"""The charts in words: labels on a ruler, and the sentences that say every figure of a chart."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext, pgettext

from portal.core.wording import amount, day, in_chinese


def short_day(value: date) -> str:
    """30 September, 9月30日: the year is known from the page."""
    return f"{value.month}月{value.day}日" if in_chinese() else day(value).rsplit(" ", 1)[0]


@dataclass(frozen=True, slots=True)
class RulerWords:
    """What a ruler says. Labels are short: the unit is written only where it is a sign or Chinese."""

    target: Any
    baseline: Any = None
    value: Any = None
    benchmark: Any = None
    plan: Any = None
    unit: str = ""
    as_of: date | None = None
    due: date | None = None
    baseline_year: Any = ""
    benchmark_name: str = ""

    def short(self, value) -> str:
        return amount(value, self.unit if self.unit == "%" or in_chinese() else "")

    def labels(self) -> dict[str, str]:
        """The four texts on the drawing."""
        return {
            "target": gettext("%(amount)s promised") % {"amount": self.short(self.target)},
            "value": self._now(self.short),
            "baseline": self._began(self.short),
            "benchmark": self._benchmark(self.short),
        }

    def sentence(self) -> str:
        """Every figure of the ruler, for those who do not see it."""

        def full(value):
            return amount(value, self.unit)

        parts = [self._began(full)] if self.baseline is not None else []
        parts.append(self._now(full))
        facts = {"amount": full(self.target), "day": day(self.due) if self.due else ""}
        parts.append(
            (gettext("%(amount)s promised by %(day)s") if self.due else gettext("%(amount)s promised")) % facts
        )
        if self.plan is not None:
            parts.append(gettext("the plan asks for %(amount)s by now") % {"amount": full(self.plan)})
        if self.benchmark is not None:
            facts = {"name": self.benchmark_name or gettext("benchmark"), "amount": full(self.benchmark)}
            parts.append(gettext("the benchmark, %(name)s, has %(amount)s") % facts)
        return pgettext("between figures", "; ").join(parts) + pgettext("end of a sentence", ".")

    def _now(self, write) -> str:
        if self.value is None:
            return gettext("no report yet")
        facts = {"amount": write(self.value), "day": short_day(self.as_of) if self.as_of else ""}
        return (gettext("%(amount)s by %(day)s") if self.as_of else gettext("%(amount)s now")) % facts

    def _began(self, write) -> str:
        facts = {"amount": write(self.baseline), "year": self.baseline_year}
        return (gettext("%(amount)s in %(year)s") if self.baseline_year else gettext("%(amount)s at the start")) % facts

    def _benchmark(self, write) -> str:
        facts = {"name": self.benchmark_name or gettext("benchmark"), "amount": write(self.benchmark)}
        return pgettext("label on a ruler", "%(name)s %(amount)s") % facts


def spark_sentence(months, unit: str) -> str:
    """All the figures of a spark, month by month."""
    parts = []
    for month in months:
        value, plan = amount(month.get("value"), unit), amount(month.get("plan"), unit)
        facts = {"month": month["label"], "value": value or gettext("not reported"), "plan": plan}
        parts.append(
            (gettext("%(month)s: %(value)s, plan %(plan)s") if plan else gettext("%(month)s: %(value)s")) % facts
        )
    return pgettext("between figures", "; ").join(parts)


def bar_sentence(counts, names) -> str:
    """4 kept, 1 ahead, …"""
    count = pgettext("promises in a bucket", "%(count)s %(name)s")
    said = (count % {"count": counts.get(bucket, 0), "name": name} for bucket, name in names.items())
    return pgettext("between figures", ", ").join(said)
