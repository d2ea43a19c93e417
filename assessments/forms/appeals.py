"""Shape of an appeal: its grounds, who checks again, what each of them gives, and the decision."""

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from assessments.states import Outcome
from commitments.forms.rectifying import PostChoice, area
from portal.core.wording import amount, said
from units.models import Post


class FileForm(forms.Form):
    """One appeal: grounds, and a line for each criterion that was scored. `lines` are rows of `result_pages.scores`."""

    grounds = area(
        _("What the appeal rests on"), most=2000, rows=5, help_text=_("Facts and figures, and the evidence.")
    )

    def __init__(self, *args, lines: list[dict], **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = [line for line in lines if line["points"] is not None]
        for line in self.lines:
            self.fields[self._name(line)] = area(
                _("What is wrong with this score"), most=500, rows=2, required=False
            )  # fmt: skip

    @staticmethod
    def _name(line: dict) -> str:
        return f"c{line['criterion'].pk}"

    @property
    def rows(self) -> list[dict]:
        """Each criterion with its field."""
        return [{**line, "field": self[self._name(line)]} for line in self.lines]

    @property
    def points(self) -> dict[int, str]:
        said_of = {line["criterion"].pk: self.cleaned_data.get(self._name(line), "") for line in self.lines}
        return {pk: words for pk, words in said_of.items() if words.strip()}


class PersonChoice(forms.ModelChoiceField):
    """A person to check again, with the post they hold."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, queryset=get_user_model().objects.none(), **kwargs)
        self.posts: dict = {}

    def label_from_instance(self, obj) -> str:
        post = self.posts.get(obj.pk)
        return f"{obj} · {said(post, 'title')}" if post else str(obj)


class NameForm(forms.Form):
    """Two people. `tenures` are those to choose from."""

    first = PersonChoice(label=_("One who checks again"), empty_label=_("Choose a person"))
    second = PersonChoice(label=_("The other"), empty_label=_("Choose a person"))

    def __init__(self, *args, tenures, **kwargs):
        super().__init__(*args, **kwargs)
        people = get_user_model().objects.filter(pk__in=[tenure.user_id for tenure in tenures]).order_by("name", "pk")
        for name in ("first", "second"):
            self.fields[name].posts = {tenure.user_id: tenure.post for tenure in tenures}
            self.fields[name].queryset = people


class RecheckForm(forms.Form):
    """Points and a reason for each criterion of an appeal."""

    def __init__(self, *args, points, **kwargs):
        super().__init__(*args, **kwargs)
        self.points = list(points)
        for point in self.points:
            most = point.criterion.points
            self.fields[f"p{point.pk}"] = forms.DecimalField(
                label=_("Points"), max_digits=5, decimal_places=2,
                help_text=_("0 to %(most)s") % {"most": amount(most)},
            )  # fmt: skip
            self.fields[f"w{point.pk}"] = area(_("What you found, and why"), most=300, rows=2)

    @property
    def rows(self) -> list[dict]:
        return [
            {"point": point, "name": said(point.criterion, "name"), "field": self[f"p{point.pk}"],
             "words": self[f"w{point.pk}"]}
            for point in self.points
        ]  # fmt: skip

    @property
    def marks(self) -> dict[int, dict]:
        data = self.cleaned_data
        return {
            point.criterion_id: {"points": data[f"p{point.pk}"], "words": data[f"w{point.pk}"]} for point in self.points
        }


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
