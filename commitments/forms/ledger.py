"""Shape of what is asked of the ledger and written into it."""

from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commitments import milestones
from commitments.models import Line
from commitments.queries.ledger import ONLY, SORTS, Wanted
from portal.core import lights
from portal.core.wording import said
from units.models import Post, Role

ANY = ("", gettext_lazy("All"))
NAMES = {
    "nobody": gettext_lazy("No one named"),
    "unverified": gettext_lazy("Done but not verified"),
    "verified": gettext_lazy("Verified, not closed"),
    "closed": gettext_lazy("Closed"),
    "live": gettext_lazy("To be kept"),
}
ORDERS = {
    "worst": gettext_lazy("Worst first"),
    "unit": gettext_lazy("By unit"),
    "due": gettext_lazy("By due day"),
}
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class FilterForm(forms.Form):
    """What of the ledger is shown. What it does not know it leaves out."""

    use_required_attribute = False
    light = forms.ChoiceField(label=gettext_lazy("Light"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Unit kind"), required=False)
    q = forms.CharField(label=gettext_lazy("Unit"), required=False, max_length=80)
    before = forms.DateField(label=gettext_lazy("Due before"), required=False, widget=DAY)
    only = forms.ChoiceField(label=gettext_lazy("Only"), required=False, choices=[ANY, *((k, NAMES[k]) for k in ONLY)])
    sort = forms.ChoiceField(label=gettext_lazy("Order"), required=False, choices=[(k, ORDERS[k]) for k in SORTS])

    def __init__(self, *args, kinds=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["light"].choices = [ANY, *((key, word) for key, (_tone, word) in lights.STATUSES.items())]
        self.fields["kind"].choices = [ANY, *((kind.key, said(kind, "name")) for kind in kinds)]

    @property
    def wanted(self) -> Wanted:
        data = self.cleaned_data if self.is_valid() else self.cleaned_data or {}
        return Wanted(
            light=data.get("light", ""), kind=data.get("kind", ""), words=data.get("q", ""),
            before=data.get("before"), only=data.get("only", ""), sort=data.get("sort") or "worst",
        )  # fmt: skip

    @property
    def query(self) -> str:
        """The same as a query string, with nothing in it that this form does not know."""
        data = self.cleaned_data if self.is_valid() else self.cleaned_data or {}
        return urlencode({name: value for name, value in data.items() if value})


class PostField(forms.ModelChoiceField):
    """A post by its title, with its unit where posts of several are offered."""

    def __init__(self, *args, unit=None, **kwargs):
        self.unit = unit
        super().__init__(*args, **kwargs)

    def label_from_instance(self, post):
        title = said(post, "title")
        return title if post.unit_id == self.unit else f"{said(post.unit, 'name')} · {title}"


def undertakers(unit) -> forms.ModelChoiceField:
    posts = Post.objects.filter(unit=unit).select_related("unit")
    return PostField(posts, unit=unit.pk, required=False, empty_label=gettext_lazy("No one named"))


def leaders(unit) -> forms.ModelChoiceField:
    """Posts of the unit, and the leaders of its bureau."""
    bureau = Q(unit__bureau=unit.bureau_id)
    above = bureau & (Q(role__in=[Role.LINE_LEADER, Role.LINKED_LEADER]) | Q(role=Role.HEAD, unit__parent=None))
    posts = Post.objects.filter(Q(unit=unit, role__in=[Role.HEAD, Role.STAFF]) | above).select_related("unit")
    return PostField(posts, unit=unit.pk, required=False, empty_label=gettext_lazy("No one named"))


class AssignForm(forms.Form):
    """Who answers for one line."""

    use_required_attribute = False
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    department = forms.CharField(label=gettext_lazy("Department"), max_length=80, required=False)
    milestones = forms.CharField(
        label=gettext_lazy("Milestones"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line: day, per cent, what is reached, as in: 2026-09-30 50 half of the rooms"),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)

    def __init__(self, *args, line: Line, **kwargs):
        initial = {name: getattr(line, name) for name in ("version", "leader", "undertaker", "department", "note")}
        initial["milestones"] = milestones.as_text(line.milestones)
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["leader"], self.fields["undertaker"] = leaders(line.unit), undertakers(line.unit)
        self.fields["leader"].label, self.fields["undertaker"].label = _("Leader"), _("Handled by")
        self.order_fields(["version", "undertaker", "leader", "department", "milestones", "note"])

    def clean_milestones(self):
        try:
            return milestones.parse(self.cleaned_data["milestones"])
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None

    @property
    def facts(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class NamesForm(forms.Form):
    """Every live line of some units on one page, a post to choose for each. One question, however many lines."""

    use_required_attribute = False

    def __init__(self, *args, lines: list[Line], **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = lines
        units = {line.unit_id for line in lines}
        self.posts = {post.pk: post for post in Post.objects.filter(unit__in=units).select_related("unit")}
        for line in lines:
            own = [(pk, said(post, "title")) for pk, post in self.posts.items() if post.unit_id == line.unit_id]
            choices = [("", _("No one named")), *own]
            self.fields[f"who-{line.pk}"] = forms.TypedChoiceField(
                label=_("Handled by"), choices=choices, required=False, coerce=int, empty_value=None,
                initial=line.undertaker_id or "",
            )  # fmt: skip
            version = forms.IntegerField(min_value=1, widget=forms.HiddenInput, initial=line.version)
            self.fields[f"version-{line.pk}"] = version

    @property
    def rows(self) -> list:
        return [(line, self[f"who-{line.pk}"], self[f"version-{line.pk}"]) for line in self.lines]

    def chosen(self) -> list[tuple[Line, int, Post | None]]:
        """Each line with the version it was read in and the post chosen for it."""
        data = self.cleaned_data
        return [
            (line, data[f"version-{line.pk}"], self.posts.get(data[f"who-{line.pk}"]))
            for line in self.lines
            if f"version-{line.pk}" in data
        ]
