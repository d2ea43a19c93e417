"""The score sheet as an inspector fills it in, and what the style office and leaders write about an inspection.

The sheet's form reads figures and days; whether points lie on their scale is the act's matter, which keeps it on
record. Findings are rows of equal names, each with the id that the phone gave it.
"""

import uuid
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.models import Criterion
from assessments.states import HandoverReason, RecusalReason
from objectives.forms.fields import TOO_LONG, DayField, FigureField, plain
from portal.core.uploads import ACCEPTED
from portal.core.wording import amount, said

SEEN, TALKED, WORDS, FOUND = 300, 200, 1000, 500
MOST_FINDINGS = 30
POINTS = {"inputmode": "decimal", "autocomplete": "off", "enterkeyhint": "next"}


class PointsField(FigureField):
    """Points with at most two decimals; their scale is judged by the act."""

    def to_python(self, value):
        points = super().to_python(value)
        if points is not None and points != round(points, 2):
            raise ValidationError(gettext("At most two decimals, e.g. 12.5 or 12.25."), "decimals")
        return points


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding as it was typed."""

    sent_as: str
    criterion: int | None
    text: str

    @property
    def too_long(self) -> bool:
        return len(self.text) > FOUND


class SheetForm(forms.Form):
    """One sheet: what was given and seen a criterion, the visit, and findings. `content` is what the act stores."""

    use_required_attribute = False
    visited_on = DayField(
        label=_("Day of your visit"), widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"})
    )
    talked_to = forms.CharField(
        label=_("Whom you talked to"), help_text=_("Posts, no names: e.g. the deputy head, two teachers."),
        max_length=TALKED, required=False, error_messages=TOO_LONG,
    )  # fmt: skip
    words = forms.CharField(
        label=_("Overall"), max_length=WORDS, required=False, error_messages=TOO_LONG,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, looked_at: list[Criterion], judged: list[Criterion], content: dict, version, **kwargs):
        self.looked_at, self.judged = looked_at, {row.pk for row in judged}
        initial = {name: content[name] for name in ("visited_on", "talked_to", "words")} | {"version": version}
        for key, row in content["marks"].items():
            initial |= {f"c{key}-points": row["points"], f"c{key}-seen": row["seen"]}
        super().__init__(*args, initial=initial, **kwargs)
        self.stored = [FindingRow(row["sent_as"], row["criterion"], row["text"]) for row in content["findings"]]
        for row in looked_at:
            self._add(row)

    def _add(self, row: Criterion) -> None:
        facts = {"name": said(row, "name"), "most": amount(row.points)}
        if row.pk in self.judged:
            self.fields[f"c{row.pk}-points"] = PointsField(
                label=gettext("Points for %(name)s, 0 to %(most)s") % facts,
                widget=forms.TextInput(
                    attrs=POINTS
                    | {
                        "data-most": str(row.points),
                        "data-outside": gettext("Give points from 0 to %(most)s.") % facts,
                    }
                ),
            )
        self.fields[f"c{row.pk}-seen"] = forms.CharField(
            label=gettext("What you saw: %(name)s") % facts, max_length=SEEN, required=False, error_messages=TOO_LONG,
            widget=forms.Textarea(attrs={"rows": 2}),
        )  # fmt: skip

    @property
    def findings(self) -> list[FindingRow]:
        """The rows as typed, or as stored in a form that nobody filled in."""
        if not self.is_bound:
            return self.stored
        lists = (self.data.getlist(name) for name in ("finding_id", "finding_criterion", "finding_text"))
        rows = [FindingRow(_id(pk), _number(key), text) for pk, key, text in zip(*lists, strict=False)]
        return [row for row in rows if row.sent_as]

    @property
    def rows(self) -> list[FindingRow]:
        """The findings, and one row to write into."""
        written = [row for row in self.findings if row.text.strip()]
        return [*written, FindingRow(str(uuid.uuid4()), None, "")]

    def parts(self) -> list[dict]:
        """The fields of each criterion, in the order of the standard."""
        return [
            {"criterion": row, "seen": self[f"c{row.pk}-seen"],
             "points": self[f"c{row.pk}-points"] if row.pk in self.judged else None}
            for row in self.looked_at
        ]  # fmt: skip

    def clean(self):
        if sum(bool(row.text.strip()) for row in self.findings) > MOST_FINDINGS:
            words = gettext("At most %(n)s findings fit on one sheet. Join some of them; nothing was saved.")
            self.add_error(None, words % {"n": MOST_FINDINGS})
        if any(row.too_long for row in self.findings):
            self.add_error(None, gettext("A finding has at most %(n)s characters.") % {"n": FOUND})
        return super().clean()

    @property
    def content(self) -> dict:
        """Call it on a valid form."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("visited_on", "talked_to", "words")},
            "marks": {
                row.pk: {"points": data.get(f"c{row.pk}-points"), "seen": data[f"c{row.pk}-seen"]}
                for row in self.looked_at
            },
            "findings": [
                {"sent_as": row.sent_as, "criterion": row.criterion, "text": row.text} for row in self.findings
            ],
        }

    def tell(self, lacks: dict[str, str]) -> None:
        """Say at its fields what a stored sheet still lacks before it can be sent."""
        self.full_clean()
        for name, words in lacks.items():
            self.add_error(name if name in self.fields else None, words)


class StandBackForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Your interest in this unit"), choices=RecusalReason, widget=forms.RadioSelect,
        error_messages={"required": _("Choose the reason why you stand back.")},
    )  # fmt: skip
    words = forms.CharField(
        label=_("In a few words"), max_length=200, required=False, error_messages=TOO_LONG,
        help_text=_("Needed for another interest. The style office and the auditor read it."),
    )  # fmt: skip


class HandOverForm(forms.Form):
    """Whose sheet passes on, and why. `sheets`: (id, words) of those not sent yet."""

    sheet = forms.ChoiceField(
        label=_("Whose sheet"), widget=forms.RadioSelect,
        error_messages={"required": _("Choose whose sheet passes on.")},
    )  # fmt: skip
    reason = forms.ChoiceField(
        label=_("Why the inspector cannot come"), widget=forms.RadioSelect,
        choices=[row for row in HandoverReason.choices if row[0] != HandoverReason.INTEREST],
        help_text=_("Public, with the inspector’s number and the day."),
        error_messages={"required": _("Choose why the inspector cannot come.")},
    )  # fmt: skip
    words = forms.CharField(
        label=_("In a few words"), max_length=200, required=False, error_messages=TOO_LONG,
        help_text=_("Stays inside: the style office and the auditor read it. Nothing about health."),
    )  # fmt: skip

    def __init__(self, *args, sheets, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = sheets


class DayForm(forms.Form):
    planned_on = DayField(
        label=_("Day of the inspection"), widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}),
        help_text=_("Its inspectors are told; the unit is not."),
    )  # fmt: skip

    def clean_planned_on(self):
        if self.cleaned_data["planned_on"] is None:
            raise ValidationError(_("Write the day of the inspection."))
        return self.cleaned_data["planned_on"]


class WhyForm(forms.Form):
    """One reason, for what stays on record."""

    why = forms.CharField(max_length=300, error_messages=TOO_LONG, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, label, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["why"].label = label


class SignerChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj):
        return f"{said(obj, 'title')} · {said(obj.unit, 'name')}"


class OrderForm(forms.Form):
    """Who will sign the rectification order that a finding starts."""

    signer = SignerChoice(label=_("Who signs"), queryset=None, empty_label=None)

    def __init__(self, *args, signers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["signer"].queryset = signers


class PhotoForm(forms.Form):
    """A photograph of the sheet, with the id that the phone gave it."""

    use_required_attribute = False
    upload = forms.FileField(
        label=_("Photograph or PDF"), help_text=ACCEPTED,
        error_messages={"required": _("Choose the photograph or PDF file."),
                        "empty": _("The file is empty. Choose it again.")},
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )  # fmt: skip
    title = forms.CharField(
        label=_("What it shows"), max_length=120, required=False, error_messages=TOO_LONG,
        help_text=_("In a few words, without names or telephone numbers."),
    )  # fmt: skip
    criterion = forms.TypedChoiceField(
        label=_("Which criterion it concerns"), coerce=int, empty_value=None, required=False
    )
    sent_as = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    taken_on = DayField(widget=forms.HiddenInput)

    def __init__(self, *args, looked_at: list[Criterion], **kwargs):
        super().__init__(*args, **kwargs)
        none = ("", gettext("None in particular"))
        self.fields["criterion"].choices = [none, *((row.pk, said(row, "name")) for row in looked_at)]


def _id(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""


def _number(text: str) -> int | None:
    text = plain(text)
    return int(text) if text.isascii() and text.isdigit() and len(text) < len(str(2**63)) else None
