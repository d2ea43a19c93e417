"""Who hears about an act, in which words. Letters speak Chinese: the working language of a bureau."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from objectives.models import Paper, Return, Step
from objectives.routes import Act
from portal.core import letters
from portal.core.clock import local_day
from units.models import Role
from units.policies import holders

LETTERS_SPEAK = "zh-hans"
ASKS = {
    Act.SUBMIT: lambda: _("Please read and submit: %(unit)s"),
    Act.SIGN: lambda: _("Please read and sign: %(unit)s"),
    Act.AUDIT: lambda: _("Please audit and sign: %(unit)s"),
    Act.APPROVE: lambda: _("Please read and approve: %(unit)s"),
    Act.FILE: lambda: _("Please check and file: %(unit)s"),
}


def next_in_chain(step: Step, *, at: datetime) -> None:
    """Tell the holders of the step's post that the paper waits for them."""
    paper = step.paper
    with translation.override(LETTERS_SPEAK):
        subject = ASKS[Act(step.act)]() % {"unit": paper.unit.name_zh}
        body = _("The objectives paper of %(unit)s, round %(round)s, waits for you as %(role)s.") % {
            "unit": paper.unit.name_zh,
            "round": paper.round,
            "role": step.get_role_display(),
        }
    for user in holders(Role(step.role), paper.unit, on=local_day(at)):
        letters.post(
            f"step-{step.pk}-{user.pk}", to=user, subject=subject, body=body, path=f"/work/papers/{paper.pk}/", at=at
        )


def returned(sent_back: Return, *, at: datetime) -> None:
    """Tell the unit that its paper came back, with the reason word for word."""
    paper = sent_back.paper
    with translation.override(LETTERS_SPEAK):
        subject = _("Returned: the objectives paper of %(unit)s") % {"unit": paper.unit.name_zh}
        body = _("%(post)s returned the paper: %(reason)s") % {
            "post": sent_back.returned_post.title_zh,
            "reason": sent_back.reason,
        }
    _tell_unit(paper, f"return-{sent_back.pk}", subject, body, at)


def complete(paper: Paper, *, at: datetime) -> None:
    """Tell the unit that every step is done."""
    with translation.override(LETTERS_SPEAK):
        subject = _("Complete: the objectives paper of %(unit)s") % {"unit": paper.unit.name_zh}
        body = _("Every step of the route is done; the signed document can be downloaded.")
    _tell_unit(paper, f"complete-{paper.pk}-{paper.round}", subject, body, at)


def _tell_unit(paper: Paper, key: str, subject: str, body: str, at: datetime) -> None:
    people = {user.pk: user for role in (Role.STAFF, Role.HEAD) for user in holders(role, paper.unit, on=local_day(at))}
    for user in people.values():
        letters.post(f"{key}-{user.pk}", to=user, subject=subject, body=body, path=f"/work/papers/{paper.pk}/", at=at)
