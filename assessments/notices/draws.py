"""Letters about draws: to the officers of the secrets, to the drawn inspectors, to the heads of the drawn units."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import draw_words
from assessments.models import Draw, Inspection, Inspector
from objectives.notices import LETTERS_SPEAK
from portal.core import letters
from portal.core.clock import local_day
from portal.core.models import Letter
from portal.core.wording import day
from units.models import Post, Role, Tenure


def commitment_wanted(draw: Draw, posts: Iterable[Post], *, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        subject = _("A draw needs your secret: put in its commitment")
        body = _("Think of a secret and keep it to yourself. Only its SHA-256 is handed in now; the secret itself you "
                 "reveal when the draw is held.")  # fmt: skip
    for post in posts:
        _to_holders(f"draw-commit-{draw.pk}-{post.pk}", draw, post, subject, body, at)


def secret_wanted(draw: Draw, *, at: datetime) -> None:
    """The draw is announced: from its day on the officers reveal their secrets."""
    with translation.override(LETTERS_SPEAK):
        subject = _("Draw %(number)s is announced: please reveal your secret") % {"number": draw.number}
        if draw.seed_on:
            body = _("The lists are frozen. Reveal it on %(day)s or after; neither secret is shown before both are in.")
            body = body % {"day": day(draw.seed_on)}
        else:
            body = _("The lists are frozen. Neither secret is shown before both are in.")
    for post in (draw.first_officer, draw.second_officer):
        _to_holders(f"draw-reveal-{draw.pk}-{post.pk}", draw, post, subject, body, at)


def drawn(draw: Draw, inspections: Iterable[Inspection], assigned: list[Inspector], *, at: datetime) -> None:
    """One letter an inspector, one a head of a drawn unit; the unit is not told who comes."""
    inspections = list(inspections)
    rows = [_to_inspector(draw, inspector, count, at) for inspector, count in Counter(assigned).items()]
    with translation.override(LETTERS_SPEAK):
        subject = _("Your unit was drawn for inspection: %(number)s") % {"number": draw.number}
        body = _("Anyone can replay the draw from its published files. The day of the visit is not announced.")
    units = {row.case.unit_id: row for row in inspections}
    heads = Tenure.objects.on(local_day(at)).filter(post__role=Role.HEAD, post__unit__in=units, user__is_active=True)
    for user, unit in heads.values_list("user", "post__unit").iterator(chunk_size=5000):
        key = f"drawn-{units[unit].pk}-{user}"
        rows.append(Letter(key=key, to_id=user, subject=subject, body=body, path=public_path(draw), posted_at=at))
    letters.post_many(rows)


def _to_inspector(draw: Draw, inspector: Inspector, count: int, at: datetime) -> Letter:
    with translation.override(LETTERS_SPEAK):
        subject = ngettext(
            "You were drawn to inspect %(count)d unit: %(number)s",
            "You were drawn to inspect %(count)d units: %(number)s",
            count,
        ) % {"count": count, "number": draw.number}
        body = _("First declare for each whether you have an interest in it. Do not tell the units that you come.")
    key = f"drawn-{draw.pk}-{inspector.pk}"
    path = "/work/inspections/"
    return Letter(key=key, to_id=inspector.user_id, subject=subject, body=body, path=path, posted_at=at)


def public_path(draw: Draw) -> str:
    bureau = draw.assessment.campaign.bureau.code
    return f"/zh/{bureau}/draws/{draw_words.slug(draw.number)}/"


def _to_holders(key: str, draw: Draw, post: Post, subject: str, body: str, at: datetime) -> None:
    tenures = Tenure.objects.on(local_day(at)).filter(post=post, user__is_active=True).select_related("user")
    for tenure in tenures:
        path = f"/work/draws/{draw.pk}/"
        letters.post(f"{key}-{tenure.user_id}", to=tenure.user, subject=subject, body=body, path=path, at=at)
