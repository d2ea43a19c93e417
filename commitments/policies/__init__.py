"""Who may publish, and why not."""

from django.utils.translation import gettext as _

from objectives import policies as paper_policies
from objectives.models import KindRule, Paper
from objectives.states import State
from portal.core.verdicts import YES, Verdict
from units.models import Post, Role
from units.policies import Standing

STYLE_OFFICE = "style_office"


def publishing_post(who: Standing, paper: Paper, publisher: str) -> Post | None:
    """The post in which this person would publish: the style office's, or one of the unit itself."""
    if publisher == STYLE_OFFICE:
        return who.bureau_post(Role.STYLE_OFFICE, paper.unit.bureau_id)
    return who.post(Role.HEAD, paper.unit) or who.post(Role.STAFF, paper.unit)


def publisher_of(paper: Paper) -> str:
    """Who publishes this kind of unit's papers, as the campaign says: "unit" or "style_office"."""
    return KindRule.objects.get(campaign=paper.campaign_id, kind=paper.unit.kind_id).publisher


def can_publish(who: Standing, paper: Paper) -> Verdict:
    """The style office for papers filed with it; a town school for its own, once its town office approved."""
    if not paper_policies.can_view(who, paper):
        return paper_policies.HIDDEN
    publisher = publisher_of(paper)
    if not publishing_post(who, paper, publisher):
        if publisher == STYLE_OFFICE:
            return Verdict(_("The style office publishes this paper."))
        return Verdict(_("The school itself publishes this paper."))
    if paper.state == State.PUBLISHED:
        return Verdict(_("The paper is already public."))
    if paper.state != State.COMPLETE:
        return Verdict(_("The route is not finished: only a paper signed by all becomes public."))
    return YES
