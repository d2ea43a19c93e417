"""Links to draws and published results from the public pages of a bureau and of a unit."""

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments import draw_words, result_pages
from assessments.models import Draw
from assessments.queries import draws
from assessments.queries import results as queries
from assessments.states import DrawState
from portal.core import language
from portal.core.wording import day

NEWEST = 3
"""So many draws stand on the bureau's page itself; the others behind one link."""


def draws_of_bureau(bureau: str) -> list[dict]:
    """The newest draws of a bureau, from their announcement on, the void ones too."""
    lang, rows = language.current(), list(draws.public(bureau)[: NEWEST + 1])
    links = [
        {
            "label": _("Who is inspected: draw %(number)s") % {"number": row.number},
            "note": _told(row),
            "url": reverse("public_draw", args=[lang, bureau, draw_words.slug(row.number)]),
        }
        for row in rows[:NEWEST]
    ]
    if len(rows) > NEWEST:
        every = reverse("public_draws", args=[lang, bureau])
        links.append({"label": _("All draws of the bureau"), "note": "", "url": every})
    return links


def _told(draw: Draw) -> str:
    if draw.state == DrawState.DRAWN:
        return _("held on %(day)s") % {"day": day(draw.drawn_at)}
    if draw.state == DrawState.VOID:
        return _("declared void on %(day)s") % {"day": day(draw.void_at)}
    if draw.seed_on:
        return _("to be held on %(day)s or after") % {"day": day(draw.seed_on)}
    return _("announced on %(day)s, not held yet") % {"day": day(draw.announced_at)}


def of_bureau(bureau: str) -> list[dict]:
    """Every published year of a bureau."""
    lang = language.current()
    return [
        {
            "label": _("The results of %(year)s") % {"year": year},
            "note": day(at),
            "url": reverse("public_results", args=[lang, bureau, year]),
        }
        for year, at in queries.public_years(bureau)
    ]


def of_unit(bureau: str, unit: str) -> list[dict]:
    """A unit's own result in every published year."""
    lang = language.current()
    return [
        {
            "label": _("The result of %(year)s") % {"year": year},
            "note": result_pages.grade(grade)["word"],
            "url": reverse("public_result", args=[lang, bureau, year, unit]),
        }
        for year, grade in queries.public_of_unit(bureau, unit)
    ]
