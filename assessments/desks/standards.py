"""What standards and what they score put on desks and into the menu and the record."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments import assessing_days, standards_onward
from assessments.models import Assessment, Standard
from assessments.policies import standards as policies
from assessments.states import Phase
from commitments import onward as links
from objectives.models import Stage
from portal.core import desk, lenses, menu
from portal.core.desk import Item
from portal.core.lenses import Shown
from portal.core.wording import said
from units.models import Role
from units.policies import Standing

WEEKS_BEFORE = timedelta(days=42)
"""How long before the stage of assessment the style office is reminded of what must stand by then."""


def register() -> None:
    """Called once, when the app is ready."""
    desk.register(items)
    menu.register(gettext_lazy("Assessment"), "assessment", order=44, is_for=lambda who: not who.is_nobody)
    lenses.register("assessments.standard", standards_as_things)
    lenses.register("assessments.assessment", assessments_as_things)
    links.register(links.BUREAU, standards_onward.of_bureau)


def items(who: Standing, *, on: date) -> Iterator[Item]:
    """For the style office: the standard to freeze, the days to set, the assessment to open. Constant questions."""
    offices = {post.unit.bureau_id for post in who.posts_as(Role.STYLE_OFFICE)}
    if not offices:
        return
    stages = Stage.objects.filter(key=assessing_days.ASSESS, campaign__bureau__in=offices,
                                  from_on__lte=on + WEEKS_BEFORE, to_on__gte=on,
                                  campaign__publications__isnull=False).distinct()  # fmt: skip
    stages = list(stages.select_related("campaign__assessment"))
    frozen = set(Standard.objects.filter(campaign__in=[stage.campaign_id for stage in stages],
                                         frozen_at__isnull=False).values_list("campaign", flat=True))  # fmt: skip
    for stage in stages:
        if item := _item(stage, stage.campaign_id in frozen):
            yield item


def _item(stage: Stage, is_frozen: bool) -> Item | None:
    here, assessment = f"?campaign={stage.campaign.code}", getattr(stage.campaign, "assessment", None)
    if not is_frozen:
        why = _("Nothing is scored before it is frozen, and the units must know what counts.")
        return Item(_("Write and freeze the standard"), why, _("Write the standard"), reverse("standards") + here,
                    stage.from_on, order=3)  # fmt: skip
    if assessment is None:
        why = _("When self-assessments are due, and when inspectors are on their way.")
        return Item(_("Set the days of the assessment"), why, _("Set the days"), reverse("assessment_days") + here,
                    stage.from_on, order=3)  # fmt: skip
    if assessment.phase == Phase.PREPARED:
        why = _("Every unit gets its case, the machine scores, heads and staff are told.")
        return Item(_("Open the assessment"), why, _("Look and open"), reverse("assessment") + here, stage.from_on,
                    order=3)  # fmt: skip
    return None


def standards_as_things(who: Standing, ids: Iterable[str]) -> dict[str, Shown]:
    """Standards as the record names them."""
    rows = policies.visible(who).filter(pk__in=[pk for pk in ids if str(pk).isdecimal()])
    return {str(row.pk): Shown(f"{said(row, 'title')} v{row.version}", reverse("standard", args=[row.pk]))
            for row in rows.defer("content")}  # fmt: skip


def assessments_as_things(who: Standing, ids: Iterable[str]) -> dict[str, Shown]:
    """Assessments as the record names them, to everybody of the bureau."""
    bureaus = {post.unit.bureau_id for post in who.posts}
    rows = Assessment.objects.filter(pk__in=[pk for pk in ids if str(pk).isdecimal()], campaign__bureau__in=bureaus)
    name = _("Assessment")
    return {
        str(row.pk): Shown(f"{name} {row.campaign.year}", f"{reverse('assessment')}?campaign={row.campaign.code}")
        for row in rows.select_related("campaign")
    }
