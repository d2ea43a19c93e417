"""Shape of an appeal: its grounds, who checks again, what each of them gives, and the decision."""

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.adjustment_pages import label
from assessments.forms.attaching import proof_field
from assessments.states import Outcome
from commitments.forms.rectifying import PostChoice, area
from portal.core.wording import amount, said
from units.models import Post


class FileForm(forms.Form):
    """One appeal: grounds, a line for each criterion that was scored and for each deduction or veto that stands, and a
    first file. `lines` are rows of `result_pages.scores`, `taken` of `appealable`.
    """

    use_required_attribute = False
    grounds = area(
        _("What the appeal rests on"), most=2000, rows=5, help_text=_("Facts and figures, and the evidence.")
    )
    upload = proof_field(required=False)
    title = forms.CharField(label=_("What it shows"), max_length=120, required=False)

    def __init__(self, *args, lines: list[dict], taken=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = [line for line in lines if line["points"] is not None]
        self.taken = list(taken)
        for line in self.lines:
            self.fields[self._name(line)] = area(
                _("What is wrong with this score"), most=500, rows=2, required=False
            )  # fmt: skip
        for each in self.taken:
            self.fields[f"a{each.pk}"] = area(_("Why it does not hold"), most=500, rows=2, required=False)

    @staticmethod
    def _name(line: dict) -> str:
        return f"c{line['criterion'].pk}"

    @property
    def rows(self) -> list[dict]:
        """Each criterion with its field."""
        return [{**line, "field": self[self._name(line)]} for line in self.lines]

    @property
    def taken_rows(self) -> list[dict]:
        """Each deduction and veto with its field."""
        return [{"each": each, "label": label(each), "field": self[f"a{each.pk}"]} for each in self.taken]

    @property
    def points(self) -> dict[int, str]:
        said_of = {line["criterion"].pk: self.cleaned_data.get(self._name(line), "") for line in self.lines}
        return {pk: words for pk, words in said_of.items() if words.strip()}

    @property
    def adjustments(self) -> dict[int, str]:
        said_of = {each.pk: self.cleaned_data.get(f"a{each.pk}", "") for each in self.taken}
        return {pk: words for pk, words in said_of.items() if words.strip()}


class AttachForm(forms.Form):
    """One more file, and what it shows."""

    use_required_attribute = False
    upload = proof_field(required=True)
    title = forms.CharField(
        label=_("What it shows"), max_length=120, required=False,
        help_text=_("In a few words, without names or telephone numbers."),
    )  # fmt: skip


class PersonChoice(forms.ModelChoiceField):
    """A person to check again, with the post they hold."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, queryset=get_user_model().objects.none(), **kwargs)
        self.posts: dict = {}

    def label_from_instance(self, obj) -> str:
        post = self.posts.get(obj.pk)
        return f"{obj} · {said(post, 'title')}" if post else str(obj)


class NameForm(forms.Form):
    """Two people. `tenures` are those to choose from. Of who has handed in (`stays`) there is no field any more."""

    first = PersonChoice(label=_("One who checks again"), empty_label=_("Choose a person"))
    second = PersonChoice(label=_("The other"), empty_label=_("Choose a person"))

    def __init__(self, *args, tenures, stays=(), **kwargs):
        super().__init__(*args, **kwargs)
        people = get_user_model().objects.filter(pk__in=[tenure.user_id for tenure in tenures]).order_by("name", "pk")
        for name in ("first", "second"):
            self.fields[name].posts = {tenure.user_id: tenure.post for tenure in tenures}
            self.fields[name].queryset = people
        for name in stays:
            del self.fields[name]


STANDS, FALLS = "stands", "falls"
VERDICTS = [(STANDS, pgettext_lazy("deduction", "It stands")), (FALLS, pgettext_lazy("deduction", "It falls"))]


class RecheckForm(forms.Form):
    """For each criterion of an appeal points and a reason, for each deduction or veto whether it stands and why."""

    use_required_attribute = False

    def __init__(self, *args, points, **kwargs):
        super().__init__(*args, **kwargs)
        self.points = list(points)
        for point in self.points:
            self.fields[f"p{point.pk}"] = self._verdict() if point.adjustment_id else self._points(point)
            self.fields[f"w{point.pk}"] = area(_("What you found, and why"), most=300, rows=2)

    @staticmethod
    def _points(point) -> forms.DecimalField:
        return forms.DecimalField(
            label=_("Points"), max_digits=5, decimal_places=2,
            help_text=_("0 to %(most)s") % {"most": amount(point.criterion.points)},
        )  # fmt: skip

    @staticmethod
    def _verdict() -> forms.ChoiceField:
        return forms.ChoiceField(
            label=_("Does it hold?"), widget=forms.RadioSelect, choices=VERDICTS,
            help_text=_("It is taken back only if both of you find that it falls."),
        )  # fmt: skip

    @property
    def rows(self) -> list[dict]:
        return [
            {"point": point, "field": self[f"p{point.pk}"], "words": self[f"w{point.pk}"],
             "name": label(point.adjustment) if point.adjustment_id else said(point.criterion, "name")}
            for point in self.points
        ]  # fmt: skip

    @property
    def marks(self) -> dict[int, dict]:
        """By criterion, as the act takes it."""
        data = self.cleaned_data
        return {
            point.criterion_id: {"points": data[f"p{point.pk}"], "words": data[f"w{point.pk}"]}
            for point in self.points if point.criterion_id
        }  # fmt: skip

    @property
    def falls(self) -> dict[int, dict]:
        """By adjustment, as the act takes it."""
        data = self.cleaned_data
        return {
            point.adjustment_id: {"falls": data[f"p{point.pk}"] == FALLS, "words": data[f"w{point.pk}"]}
            for point in self.points if point.adjustment_id
        }  # fmt: skip


class DecisionForm(forms.Form):
    """The decision in writing, and who signs it."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices, widget=forms.RadioSelect)
    decision = area(_("Decision and its reasons"), most=2000, rows=5, help_text=_("Printed and sent. Name no person."))
    for_fraud = forms.BooleanField(
        label=_("Because data was falsified: only then may a result become worse"), required=False
    )
    signer = PostChoice(label=_("Who decides and signs"), queryset=Post.objects.none(), empty_label=_("Choose a post"))

    def __init__(self, *args, signers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["signer"].queryset = signers
