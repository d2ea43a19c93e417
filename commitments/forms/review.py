"""The shape of ballots, and of what the style office asks for in a half-year review."""

from django import forms
from django.utils.translation import gettext_lazy as _

from commitments.models import Review
from portal.core.wording import said
from units.models import Unit

FIELD = "u-"
MOST_A_PRINT = 200
"""Slips of one PDF: twenty-five sheets, which print within the time of a request."""


def field_of(unit) -> str:
    """The name of a unit's answers on a ballot."""
    return f"{FIELD}{unit}"


def answers_of(posted) -> dict[str, str]:
    """What a ballot says, unit by unit, exactly as it was sent: whether it may say so is not decided here."""
    return {name.removeprefix(FIELD): posted[name] for name in posted if name.startswith(FIELD)}


class UnitChoice(forms.ModelChoiceField):
    def label_from_instance(self, unit):
        return said(unit, "name")


class SlipsForm(forms.Form):
    """How many slips, and for which unit’s people."""

    count = forms.IntegerField(
        label=_("How many slips"),
        min_value=1,
        max_value=MOST_A_PRINT,
        help_text=_("Up to 200 at a time; eight on a sheet of A4."),
    )
    unit = UnitChoice(
        label=_("For judging"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("all units"),
        help_text=_("Slips handed out by one unit should judge that unit alone."),
    )

    def __init__(self, *args, review: Review, **kwargs):
        super().__init__(*args, **kwargs)
        units = review.subjects.order_by().values("unit")
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=units).order_by("path")


class VoidForm(forms.Form):
    """The printed numbers of lost or misprinted slips."""

    first = forms.IntegerField(label=_("Slip number"), min_value=1, max_value=2**62)
    last = forms.IntegerField(label=_("to number"), min_value=1, max_value=2**62, required=False)
