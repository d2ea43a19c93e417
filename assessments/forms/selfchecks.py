"""A self-assessment as people write it: four chapters, and points with words for each criterion."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext

from assessments.models import SelfAssessment
from assessments.selfchecking import CHAPTERS, Row
from objectives.forms.fields import TOO_LONG, FigureField, NeededText
from objectives.forms.writing import CHINESE, PartForm
from portal.core.wording import said

WORDS = 300


class SelfForm(PartForm):
    """Everything of it in one form; a draft may leave any part empty. Whether points are within the scale is for the
    act to say: what is tried outside of it stands in the record.
    """

    def __init__(self, *args, check: SelfAssessment, rows: list[Row], **kwargs):
        first = {"version": check.version} | {name: getattr(check, name) for name in CHAPTERS}
        for row in rows:
            first |= {f"m{row.criterion.pk}-points": row.mark.points, f"m{row.criterion.pk}-words": row.mark.words}
        super().__init__(*args, initial=first, **kwargs)
        self.rows = rows
        for name in CHAPTERS:
            self.fields[name] = _chapter(name)
        for row in rows:
            self.fields[f"m{row.criterion.pk}-points"] = FigureField(
                label=gettext("Own points, %(name)s") % {"name": said(row.criterion, "name")}
            )
            self.fields[f"m{row.criterion.pk}-words"] = forms.CharField(
                label=gettext("Why, %(name)s") % {"name": said(row.criterion, "name")},
                max_length=WORDS, required=False, error_messages=TOO_LONG,
                widget=forms.Textarea({"rows": 2, **CHINESE}),
            )  # fmt: skip

    @property
    def texts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name].replace("\r\n", "\n") for name in CHAPTERS}

    @property
    def marks(self) -> dict[int, dict]:
        """Points and words by criterion, of the criteria that apply."""
        found: dict[int, dict] = {}
        for row in self.rows:
            stem = f"m{row.criterion.pk}"
            points: Decimal | None = self.cleaned_data[f"{stem}-points"]
            found[row.criterion.pk] = {"points": points, "words": self.cleaned_data[f"{stem}-words"]}
        return {key: mark for key, mark in found.items() if self._applies(key)}

    def _applies(self, criterion: int) -> bool:
        return next(row.applies for row in self.rows if row.criterion.pk == criterion)

    @property
    def chapters(self) -> list:
        return [self[name] for name in CHAPTERS]


def _chapter(name: str) -> NeededText:
    field = SelfAssessment._meta.get_field(name)
    label = str(field.verbose_name)
    return NeededText(
        label=label[:1].upper() + label[1:], max_length=field.max_length, error_messages=TOO_LONG,
        widget=forms.Textarea({"rows": 8, **CHINESE}),
    )  # fmt: skip
