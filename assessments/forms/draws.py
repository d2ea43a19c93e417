"""Shape of a draw and of the list of inspectors, as they are typed."""

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.models import Assessment, Draw, Inspector
from assessments.queries import draws as queries
from assessments.states import DrawMethod, RecusalReason, SeedKind
from objectives.forms.fields import TOO_LONG, DayField
from portal.core.wording import said
from units.models import Bureau, Unit

COLONS = "：:"


class PostChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj):
        return said(obj, "title")


def unit_named(words: str, units):
    """The one unit of that code or name; None when there is none, or several."""
    found = list(units.filter(Q(code=words) | Q(name_zh=words) | Q(name_en__iexact=words))[:2])
    return found[0] if len(found) == 1 else None


class DrawForm(forms.Form):
    """What is drawn, by whom it is inspected, and where the seed comes from."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=1)
    method = forms.ChoiceField(label=pgettext_lazy("draw", "Method"), choices=DrawMethod.choices)
    share = forms.DecimalField(
        label=_("Share of the units of each kind, in per cent"), max_digits=5, decimal_places=2, initial=10,
        help_text=_("Not less than 5 is the custom; a census does not need it."),
    )  # fmt: skip
    least = forms.IntegerField(label=_("At least so many of each kind"), initial=1, max_value=1000)
    each = forms.IntegerField(label=_("Inspectors for each unit"), initial=2, max_value=9)
    seed_kind = forms.ChoiceField(label=_("Where the seed comes from"), choices=SeedKind.choices)
    seed_source = forms.CharField(
        label=_("Which public number"), max_length=160, required=False, error_messages=TOO_LONG,
        help_text=_("For a public number, so exactly that nobody can argue: which lottery, issue and digits."),
    )  # fmt: skip
    seed_on = DayField(
        label=pgettext_lazy("draw", "Not before"), help_text=_("The day on which it is announced; after today.")
    )
    first_officer = PostChoice(label=_("First secret, kept by"), queryset=None, required=False)
    second_officer = PostChoice(label=_("Second secret, kept by"), queryset=None, required=False)
    witnesses = forms.CharField(
        label=_("Witnesses (posts)"), max_length=200, required=False, error_messages=TOO_LONG,
        help_text=_("Posts, not names: this is public."),
    )  # fmt: skip
    excluded = forms.CharField(
        label=_("Units left out, and why"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: the unit’s name or code, a colon, the reason. It is public."),
    )  # fmt: skip

    def __init__(self, *args, assessment: Assessment, draw: Draw | None = None, **kwargs):
        if draw:
            kwargs["initial"] = {name: getattr(draw, name) for name in self.base_fields}
            kwargs["initial"]["excluded"] = "\n".join(f"{row['unit']}：{row['why']}" for row in draw.excluded)
        super().__init__(*args, **kwargs)
        self.assessment = assessment
        for name in ("first_officer", "second_officer"):
            self.fields[name].queryset = queries.officers(assessment)

    def clean_excluded(self) -> list[dict]:
        units = Unit.objects.filter(cases__assessment=self.assessment)
        rows = []
        for line in filter(None, map(str.strip, self.cleaned_data["excluded"].splitlines())):
            at = min((line.find(colon) for colon in COLONS if colon in line), default=-1)
            if at < 0:
                raise ValidationError(_("“%(line)s”: write a colon and the reason after the unit."),
                                      params={"line": line[:40]})  # fmt: skip
            unit = unit_named(line[:at].strip(), units)
            if unit is None:
                raise ValidationError(_("“%(name)s” is not one unit of this assessment: write its name or code."),
                                      params={"name": line[:at].strip()[:40]})  # fmt: skip
            rows.append({"unit": unit.code, "why": line[at + 1 :].strip()})
        return rows


class CommitmentForm(forms.Form):
    """Only the SHA-256 is sent; the field in which a secret is typed has no name and stays in the browser."""

    commitment = forms.CharField(
        label=_("Commitment: SHA-256 of your secret"), max_length=64,
        help_text=_("64 hexadecimal digits. The secret itself is not sent."),
        widget=forms.TextInput(attrs={"class": "secret", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip


class SecretForm(forms.Form):
    secret = forms.CharField(
        label=_("Your secret"), max_length=110, strip=False, help_text=_("Exactly as you wrote it down."),
        widget=forms.TextInput(attrs={"class": "secret", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip


class AnnounceForm(forms.Form):
    witnesses = forms.CharField(label=_("Witnesses (posts)"), max_length=200, required=False)


class HoldForm(forms.Form):
    seed = forms.CharField(label=_("The number, as it was announced"), max_length=240)
    witnesses = forms.CharField(label=_("Witnesses of the drawing (posts)"), max_length=200, required=False)

    def __init__(self, *args, draw: Draw, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["witnesses"].initial = draw.witnesses
        if draw.seed_kind == SeedKind.TWO_SECRETS:
            del self.fields["seed"]


class VoidForm(forms.Form):
    why = forms.CharField(label=_("Why it is void"), max_length=300, help_text=_("This is public."))


class DiscardForm(forms.Form):
    """Nothing to fill in: what was only prepared goes."""


class EnlistForm(forms.Form):
    """A person, by account or name."""

    person = forms.CharField(label=_("Account or full name"), max_length=150)
    field_zh = forms.CharField(label=_("Field of knowledge"), max_length=40, required=False)

    def __init__(self, *args, bureau: Bureau, **kwargs):
        super().__init__(*args, **kwargs)
        self.bureau = bureau

    def clean_person(self):
        words = self.cleaned_data["person"].strip()
        rows = get_user_model().objects.filter(is_active=True, tenures__post__unit__bureau=self.bureau)
        found = list(rows.filter(Q(username__iexact=words) | Q(name=words) | Q(email__iexact=words)).distinct()[:2])
        if not found:
            raise ValidationError(_("Nobody of that name holds a post in the bureau. Write the account or full name."))
        if len(found) > 1:
            raise ValidationError(_("Several people have that name. Write the account."))
        return found[0]


class RecusalForm(forms.Form):
    """The unit that an inspector stays away from, and the reason."""

    unit = forms.CharField(label=_("Unit, by name or code"), max_length=120)
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[row for row in RecusalReason.choices if row[0] != RecusalReason.OWN_UNIT],
    )
    words = forms.CharField(
        label=_("In a few words"), max_length=200, required=False, help_text=_("Needed for another interest.")
    )

    def __init__(self, *args, inspector: Inspector, **kwargs):
        super().__init__(*args, **kwargs)
        self.inspector = inspector

    def clean_unit(self) -> Unit:
        unit = unit_named(self.cleaned_data["unit"].strip(), Unit.objects.filter(bureau=self.inspector.bureau_id))
        if unit is None:
            raise ValidationError(_("There is not one unit of that name. Write its full name or its code."))
        return unit
