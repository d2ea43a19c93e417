"""What a browser posts from the editor: every field as it is drawn, with what a person changed in it."""

from django.http import QueryDict

from objectives import editing, queries
from objectives.models import Paper


def posted(paper, objective=None, **changes) -> dict:
    """The form of an objective (or of the consultation note) as stored, with `changes` typed over it."""
    paper = Paper.objects.in_full().get(pk=paper.pk)
    row = objective and next(each for each in paper.objectives.all() if each.pk == objective.pk)
    forms = editing.forms_of(paper, queries.rule_of(paper), row)
    everything = [*forms.all, *([forms.targets.management_form] if row else [])]
    data = {bound.html_name: bound.value() for form in everything for bound in form}
    return {name: "" if value is None else value for name, value in (data | changes).items()}


def read(paper, objective=None, **changes):
    """The forms as the portal reads them when that is posted."""
    data = QueryDict(mutable=True)
    for name, value in posted(paper, objective, **changes).items():
        data.setlist(name, [str(each) for each in value] if isinstance(value, list) else [str(value)])
    paper = Paper.objects.in_full().get(pk=paper.pk)
    row = objective and next(each for each in paper.objectives.all() if each.pk == objective.pk)
    return editing.forms_of(paper, queries.rule_of(paper), row, data)
