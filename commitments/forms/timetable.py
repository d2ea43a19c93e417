"""The timetable as a form: days and hours, weights and thresholds, and one date a month that is an exception."""

import re

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commitments.models import Timetable
from commitments.periods import Period, may_be_due
from commitments.states import GROUPS

DAYS = re.compile(r"[\s,，、]+")
LIMITS = {
    "number": (1, 31), "opens_before": (0, 20), "remind_hour": (0, 23), "spacing": (1, 20), "freezes_after": (0, 20),
    "bulletin_after": (0, 40), "review_open_days": (1, 40), "behind_at": (1, 98), "well_behind_at": (2, 99),
    "rectify_days": (1, 120),
}  # fmt: skip


class DayList(forms.CharField):
    """Working days as a short list: “1, 3”."""

    def prepare_value(self, value):
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value):
        parts = [part for part in DAYS.split(super().clean(value) or "") if part]
        if not all(part.isdecimal() and 0 < int(part) <= 20 for part in parts) or len(parts) > 5:
            raise forms.ValidationError(_("Write working days as numbers from 1 to 20, at most five: “1, 3”."))
        return sorted({int(part) for part in parts})


class TimetableForm(forms.ModelForm):
    """All settings at once; `version` guards a colleague's change."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    remind_before = DayList(label=gettext_lazy("Reminders so many working days before"), required=False, max_length=40)
    remind_after = DayList(label=gettext_lazy("Reminders so many working days after"), required=False, max_length=40)

    class Meta:
        model = Timetable
        fields = [
            "due", "number", "opens_before", "remind_before", "remind_after", "remind_hour", "spacing",
            "freezes_after", "bulletin_after", "review_open_days", "behind_at", "well_behind_at", "rectify_days",
        ]  # fmt: skip

    def __init__(self, *args, months=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        for name, (least, most) in LIMITS.items():
            field = self.fields[name]
            field.widget = forms.NumberInput(attrs={"min": least, "max": most, "inputmode": "numeric"})
            field.validators += [MinValueValidator(least), MaxValueValidator(most)]
        self.groups = []
        for key, label in GROUPS:
            for kind, least, most in (("weights", 0, 100), ("minimums", 1, 1000)):
                name = f"{kind}_{key}"
                self.fields[name] = forms.IntegerField(
                    label=label, min_value=least, max_value=most, initial=getattr(self.instance, kind).get(key)
                )
            self.groups.append((key, self[f"weights_{key}"], self[f"minimums_{key}"]))
        self.months = []
        for code, label in months:
            name = f"due_{code}"
            self.fields[name] = forms.DateField(
                label=label, required=False, initial=self.instance.exceptions.get(code),
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            )  # fmt: skip
            self.months.append((code, self[name]))

    def clean(self):
        data = super().clean()
        weights = [data.get(f"weights_{key}") for key, _label in GROUPS]
        if None not in weights and sum(weights) != 100:
            self.add_error(
                f"weights_{GROUPS[0][0]}",
                _("The weights add up to %(sum)s; they must make 100.") % {"sum": sum(weights)},
            )
        if (data.get("well_behind_at") or 100) <= (data.get("behind_at") or 0):
            self.add_error("well_behind_at", _("“Well behind” must begin after “behind”."))
        for code, field in self.months:
            day = data.get(field.name)
            if day and not may_be_due(Period.parse(code), day):
                self.add_error(field.name, _("A month’s reports are due within that month or the one after it."))
        return data

    def changes(self) -> dict:
        """The settings as the action takes them."""
        data = self.cleaned_data
        plain = {name: data[name] for name in self.Meta.fields}
        kept = {code: day for code, day in self.instance.exceptions.items() if f"due_{code}" not in self.fields}
        given = {code: data[f"due_{code}"].isoformat() for code, _field in self.months if data.get(f"due_{code}")}
        return plain | {
            "weights": {key: data[f"weights_{key}"] for key, _label in GROUPS},
            "minimums": {key: data[f"minimums_{key}"] for key, _label in GROUPS},
            "exceptions": kept | given,
        }
