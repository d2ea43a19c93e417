"""The standard as forms: its settings, one criterion, and the days of the assessment."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from assessments.models import Assessment, Criterion, Standard
from assessments.rules import RULES
from assessments.states import Grade, Method
from portal.core.wording import said

ABOVE = (Grade.EXCELLENT, Grade.GOOD, Grade.PASS)
WIDE = {"rows": 2}
LONG = ("scoring", "deduct", "bonus", "see")


class SettingsForm(forms.ModelForm):
    """Titles, grades, cap and windows; `edits` guards a colleague's change."""

    edits = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Standard
        fields = ["title_zh", "title_en", "top_share", "top_least", "bonus_most", "differs_from", "appeal_days"]
        labels = {
            "title_zh": gettext_lazy("Title"),
            "title_en": gettext_lazy("Title in English"),
            "top_share": gettext_lazy("Most units of a kind that may be graded best, in per cent"),
            "top_least": gettext_lazy("… but of each kind at least so many units may"),
            "bonus_most": gettext_lazy("All bonuses together, at most points"),
            "differs_from": gettext_lazy("Two inspectors who differ by more points ask for a third"),
            "appeal_days": gettext_lazy("Working days in which a unit may appeal"),
        }
        help_texts = {"appeal_days": ""}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["edits"] = self.instance.edits
        limits = {row["key"]: Decimal(str(row["at_least"])) for row in self.instance.grades}
        for grade in ABOVE:
            label = _("%(grade)s from") % {"grade": grade.label}
            self.fields[f"from_{grade}"] = forms.DecimalField(
                label=label,
                min_value=0,
                max_value=100,
                decimal_places=2,
                initial=f"{limits[grade.value].normalize():f}",
            )
        for name in ("top_share", "bonus_most", "differs_from"):
            self.initial[name] = f"{Decimal(getattr(self.instance, name)).normalize():f}"

    @property
    def grades(self) -> list:
        return [self[f"from_{grade}"] for grade in ABOVE]

    def changes(self) -> dict:
        """What `save_settings` takes."""
        data = self.cleaned_data
        grades = [{"key": grade.value, "at_least": f"{data[f'from_{grade}'].normalize():f}"} for grade in ABOVE]
        grades.append({"key": Grade.FAIL.value, "at_least": "0"})
        return {name: data[name] for name in self.Meta.fields} | {"grades": grades}

    def _post_clean(self):
        """The action checks what belongs together, with a sentence for each."""


class CriterionForm(forms.ModelForm):
    """One line of the standard, in both languages, with the settings of every rule."""

    edits = forms.IntegerField(widget=forms.HiddenInput)
    rule = forms.ChoiceField(label=gettext_lazy("The machine’s rule"), required=False)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Only for these kinds of unit"), required=False, widget=forms.CheckboxSelectMultiple
    )
    method = forms.ChoiceField(label=gettext_lazy("How it gets its points"), choices=Method, widget=forms.RadioSelect)

    class Meta:
        model = Criterion
        fields = [
            "group", "name_zh", "name_en", "points", "method", "rule", "looked_at", "is_veto", "kinds", "scoring_zh",
            "scoring_en", "deduct_zh", "deduct_en", "bonus_zh", "bonus_en", "source_zh", "source_en", "see_zh",
            "see_en", "office_zh", "office_en",
        ]  # fmt: skip
        labels = {
            "group": pgettext_lazy("criterion", "Group"), "name_zh": pgettext_lazy("criterion", "Name"),
            "name_en": gettext_lazy("Name in English"), "points": gettext_lazy("Points"),
            "looked_at": gettext_lazy("Inspectors judge it on the spot too; their mark stands over the machine’s"),
            "is_veto": gettext_lazy("A veto: worth no points, it makes the grade the lowest"),
            "scoring_zh": gettext_lazy("How points are given"),
            "scoring_en": gettext_lazy("How points are given, in English"),
            "deduct_zh": gettext_lazy("What takes points off"),
            "deduct_en": gettext_lazy("What takes points off, in English"),
            "bonus_zh": gettext_lazy("What may give a bonus"),
            "bonus_en": gettext_lazy("What may give a bonus, in English"),
            "source_zh": gettext_lazy("Where the facts come from"),
            "source_en": gettext_lazy("Where the facts come from, in English"),
            "see_zh": gettext_lazy("What an inspector must see, and whom to ask"),
            "see_en": gettext_lazy("What an inspector must see, in English"),
            "office_zh": pgettext_lazy("criterion", "Who answers for it"),
            "office_en": gettext_lazy("Who answers for it, in English"),
        }  # fmt: skip
        help_texts = dict.fromkeys(fields, "")
        widgets = {
            name: forms.Textarea(attrs=WIDE)
            for name in (
                "scoring_zh",
                "scoring_en",
                "deduct_zh",
                "deduct_en",
                "bonus_zh",
                "bonus_en",
                "see_zh",
                "see_en",
            )
        }

    def __init__(self, *args, standard: Standard, kinds=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["edits"] = standard.edits
        if self.instance.points is not None:
            self.initial["points"] = f"{Decimal(self.instance.points).normalize():f}"
        self.fields["rule"].choices = [
            ("", _("none: people judge it")),
            *((rule.key, rule.label) for rule in RULES.values()),
        ]
        self.fields["kinds"].choices = [(kind.key, said(kind, "name")) for kind in kinds]
        self.rules = []
        for rule in RULES.values():
            for param in rule.params:
                self.fields[f"{rule.key}_{param.key}"] = forms.DecimalField(
                    label=param.label, required=False, min_value=0, max_value=param.most, decimal_places=2,
                    initial=self.instance.params.get(param.key, param.default)
                    if self.instance.rule == rule.key else param.default,
                )  # fmt: skip
            if rule.params:
                self.rules.append((rule.label, [self[f"{rule.key}_{param.key}"] for param in rule.params]))

    def changes(self) -> dict:
        """What `save_criterion` takes; a rule left out of a machine's criterion is refused there."""
        data = self.cleaned_data
        rule = RULES.get(data["rule"])
        params = {
            param.key: f"{data[f'{rule.key}_{param.key}'].normalize():f}"
            for param in (rule.params if rule else ())
            if data.get(f"{rule.key}_{param.key}") is not None
        }
        return {name: data[name] for name in self.Meta.fields} | {"params": params}

    def _post_clean(self):
        """The action checks what belongs together, with a sentence for each."""


class DaysForm(forms.Form):
    """The standard in force and the days of the assessment."""

    standard = forms.ModelChoiceField(
        Standard.objects.none(), label=gettext_lazy("Scored by"), empty_label=None,
        error_messages={"required": gettext_lazy("Freeze a standard first.")},
    )  # fmt: skip
    self_due_on = forms.DateField(label=gettext_lazy("Self-assessments are due on"))
    inspect_from_on = forms.DateField(label=gettext_lazy("Inspections from"))
    inspect_to_on = forms.DateField(label=gettext_lazy("Inspections to"))

    def __init__(self, *args, campaign, assessment: Assessment | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        rows = campaign.standards.filter(frozen_at__isnull=False)
        if assessment and assessment.opened_at:
            rows = rows.filter(pk=assessment.standard_id)
        self.fields["standard"].queryset = rows.order_by("-version")
        self.fields["standard"].label_from_instance = lambda row: _("Version %(number)s: %(title)s") % {
            "number": row.version, "title": said(row, "title")}  # fmt: skip
        for name in ("self_due_on", "inspect_from_on", "inspect_to_on"):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
