"""The sheet of a month as people fill it in: one small form an entry, stored and judged one by one.

Each entry carries the mark of the text its writer began from (`was`). So two colleagues who fill different
promises never meet, and whoever wrote over the same promise is asked.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2s

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from commitments import lights, reporting, states
from commitments.models import Entry
from objectives.forms.fields import TOO_LONG, DayField, FigureField, NeededAnswer, NeededText, plain
from objectives.missing import personal_number
from portal.core.wording import said

COMMA = re.compile(r"(\d+),(\d{1,2})")
PERCENT = ("%", "％")
FIELDS = ("choice", "value", "said", "word", "problem", "request", "why", "done_on")
TEXTS = ("word", "problem", "request", "why")
OPEN = {
    "update": ("value", "said", "word", "why", "done_on"),
    "stuck": ("problem", "request", "value", "said", "word", "why"),
}
"""Fields that belong to a choice. What stands in others is not part of the answer and is not stored."""


class NowField(FigureField):
    """A figure with or without the promise's own unit: 29, 29个, ２９, 1,200. Gives a Decimal, or None."""

    units: tuple[str, ...] = ()

    def to_python(self, value):
        text = plain(value or "")
        typed = {"typed": str(value or "").strip()[:40]}
        for unit in filter(None, self.units):
            text = text.removesuffix(plain(unit)).strip()
        if found := COMMA.fullmatch(text):
            facts = typed | {"point": ".".join(found.groups()), "whole": "".join(found.groups())}
            words = _("“%(typed)s” can be read in two ways. Write %(point)s with a point, or %(whole)s without comma.")
            raise ValidationError(words, "comma", facts)
        if text.endswith("%") and self.units and not set(self.units) & set(PERCENT):
            words = _("“%(typed)s” is a percentage; this promise counts in %(unit)s.")
            raise ValidationError(words, "percent", typed | {"unit": self.units[0]})
        return super().to_python(text)


def sentence(label, hint="", *, needed=False) -> forms.CharField:
    """Up to 200 characters; `needed`: the answer is not complete without it, though a draft may be."""
    area, kind = forms.Textarea({"rows": 2, "maxlength": 200}), NeededText if needed else forms.CharField
    return kind(
        label=label, help_text=hint, max_length=200, required=needed, error_messages=TOO_LONG, widget=area
    )  # fmt: skip


class EntryForm(forms.Form):
    """One promise of the sheet. `row` is what the act stores."""

    use_required_attribute = False
    choice = forms.ChoiceField(
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the answers offered here.")},
    )
    value = NowField(label=_("The figure as it is now"))
    said = NeededAnswer(label=_("How it stands"), choices=states.SAID, widget=forms.RadioSelect)
    problem = sentence(_("What is it stuck on?"), needed=True)
    request = sentence(_("What help do you need, and from whom?"))
    word = sentence(_("What was done, one sentence"), _("Shown to the public"))
    why = sentence(_("Why did the figure go the wrong way?"), needed=True)
    done_on = DayField(
        label=_("Done on"), widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}),
        help_text=_("The day on which the promise was kept"),
    )  # fmt: skip
    was = forms.CharField(max_length=40, widget=forms.HiddenInput(attrs={"data-base": ""}))

    def __init__(self, *args, entry: Entry, **kwargs):
        self.entry, line = entry, entry.line
        initial = {name: getattr(entry, name) for name in FIELDS} | {"was": mark_of(entry)}
        super().__init__(*args, initial=initial, prefix=f"e{entry.pk}", **kwargs)
        self.fields["choice"].label = gettext("Promise %(number)s") % {"number": line.number}
        self.fields["choice"].choices = choices_for(entry)
        del self.fields["value" if line.in_words else "said"]
        if not line.in_words:
            self._name_the_figure(line)

    def _name_the_figure(self, line) -> None:
        target = line.commitment.target if line.commitment else {}
        field, unit = self.fields["value"], said(target, "unit")
        field.units = tuple(filter(None, (unit, target.get("unit_zh", ""), target.get("unit_en", ""))))
        if unit:
            field.label = gettext("As it is now (%(unit)s)") % {"unit": unit}
        facts = {"before": entry_figure(self.entry.before), "target": entry_figure(line.target)}
        field.widget.attrs |= {f"data-{name}": text for name, text in facts.items()}
        field.widget.attrs["data-comparison"] = line.comparison

    def clean(self):
        data = super().clean()
        for name in TEXTS:
            if found := personal_number(data.get(name, "")):
                words = gettext("“%(found)s” looks like a telephone or identity number. Take it out.")
                self.add_error(name, words % {"found": found})
        return data

    def tell(self, lacks: dict[str, str]) -> None:
        """Say at its fields what the entry still needs; what was typed stays as valid as it was."""
        if self._errors is None:
            self._errors = ErrorDict()
        for name, words in lacks.items():
            if name in self.fields:
                self._errors.setdefault(name, self.error_class()).append(words)

    @property
    def row(self) -> dict:
        """What is stored: the fields of the answer chosen; call it on a valid form."""
        data = self.cleaned_data
        kept = OPEN.get(data["choice"], ())
        row = {name: data[name] if name in data and name in kept else empty(name) for name in FIELDS}
        row |= {name: " ".join(row[name].split()) for name in TEXTS}
        return row | {"choice": data["choice"]}

    @property
    def was_posted(self) -> str:
        return self["was"].value() or ""

    @property
    def asks_why(self) -> bool:
        """Whether the figure that stands in the form went the wrong way."""
        return lights.fell(self.entry.line, self.entry.before, self._now())

    @property
    def asks_day(self) -> bool:
        """Whether the form says that the promise is kept."""
        line, probe = (
            self.entry.line,
            Entry(value=self._now(), said=self["said"].value() if "said" in self.fields else ""),
        )
        return reporting.is_done(line, probe)

    def _now(self) -> Decimal | None:
        if "value" not in self.fields:
            return None
        try:
            return self.fields["value"].to_python(self["value"].value())
        except ValidationError:
            return None


def choices_for(entry: Entry) -> list[tuple[str, str]]:
    """The answers offered: “nothing to report” only where nothing could be measured so far."""
    measured = entry.before is not None or entry.said_before not in ("", "not_begun")
    hidden = "nothing" if measured and entry.choice != "nothing" else ""
    return [(key, label) for key, label in states.CHOICES if key != hidden]


def empty(name: str):
    return None if name in ("value", "done_on") else ""


def entry_figure(value: Decimal | None) -> str:
    """A figure as it stands in an input: no idle zeros, no grouping."""
    return "" if value is None else f"{value.normalize():f}"


def mark_of(entry: Entry, row: dict | None = None) -> str:
    """A short mark of what an entry holds, or would hold with this row."""
    facts = row or {name: getattr(entry, name) for name in FIELDS}
    plain_facts = [entry_figure(facts[n]) if n == "value" else str(facts[n] or "") for n in FIELDS]
    return blake2s("\x1f".join(plain_facts).encode(), digest_size=8).hexdigest()


@dataclass(frozen=True)
class Clash:
    """A promise that two people wrote: (label, mine, theirs) where the two differ."""

    form: EntryForm
    differences: list[tuple[str, str, str]]


class SheetForms:
    """All entries of a sheet, as stored or as posted; they do not stand or fall together."""

    def __init__(self, entries: list[Entry], data=None):
        self.is_posted = data is not None
        self.forms = [EntryForm(data if self._has(data, entry) else None, entry=entry) for entry in entries]

    @staticmethod
    def _has(data, entry: Entry) -> bool:
        return data is not None and f"e{entry.pk}-was" in data

    def __iter__(self):
        return iter(self.forms)

    @property
    def unclear(self) -> list[EntryForm]:
        """Entries that cannot be read as meant; nothing of them is stored."""
        return [form for form in self.forms if form.is_bound and not form.is_valid()]

    @property
    def is_seen(self) -> bool:
        """Whether what was posted is, promise for promise, what is stored: nobody hands in what they did not read."""
        return all(form.is_bound and mark_of(form.entry) == mark_of(form.entry, form.row) for form in self.forms)

    def written(self) -> tuple[dict[int, dict], list[Clash]]:
        """Rows to store by entry id, and the entries that somebody else wrote as well."""
        rows, clashes = {}, []
        for form in self.forms:
            if not form.is_bound or not form.is_valid():
                continue
            row, stored = form.row, mark_of(form.entry)
            mine = mark_of(form.entry, row)
            if mine in (form.was_posted, stored):
                continue
            if form.was_posted == stored:
                rows[form.entry.pk] = row
            else:
                clashes.append(Clash(form, differences(form.entry, row)))
        return rows, clashes


def differences(entry: Entry, row: dict) -> list[tuple[str, str, str]]:
    """Where a row differs from the stored entry, in words: (label, mine, theirs)."""
    found = []
    for name in FIELDS:
        mine, theirs = in_words(name, row[name]), in_words(name, getattr(entry, name))
        if mine != theirs:
            label = EntryForm.base_fields[name].label or pgettext("of a report", "Answer")
            found.append((str(label), mine, theirs))
    return found


def in_words(name: str, value) -> str:
    """What stands in a field, typed or stored, as people read it."""
    if name in ("choice", "said"):
        return str(dict(states.CHOICES if name == "choice" else states.SAID).get(value, ""))
    return entry_figure(value) if isinstance(value, Decimal) else str(value or "")
