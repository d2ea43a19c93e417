"""Bulletins as pages show them: how they stand, their counts, their annexes."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from commitments import bulletin_words, prints
from commitments.models import Bulletin
from commitments.queries import bulletins as queries
from objectives.prints import DOCUMENTS_SPEAK
from portal.core import language
from portal.core.wording import day, said


def stands(bulletin: Bulletin) -> str:
    """Where the bulletin is, and with whom."""
    match bulletin.state:
        case "draft" if bulletin.returned_reason:
            return _("Returned: %(reason)s") % {"reason": bulletin.returned_reason}
        case "draft":
            return _("Draft, to be out by %(day)s") % {"day": day(bulletin.due_on)}
        case "to_sign":
            return _("With %(post)s, to be signed") % {"post": said(bulletin.signer, "title")}
        case "signed":
            return _("Signed, not public yet")
    return _("Published on %(day)s") % {"day": day(bulletin.published_at)}


def counts(figures: dict) -> dict[str, int]:
    """Promises by bucket, for the bar and its legend."""
    return {row["key"]: row["count"] for row in figures["buckets"]}


def draft_annexes(content: dict) -> SafeString:
    """The annexes as they will be printed. They stand in lang="zh-Hans"."""
    with translation.override(DOCUMENTS_SPEAK):
        html = render_to_string("pdf/_bulletin_annexes.html", {"body": prints.with_days(content)})
    return mark_safe(html)  # noqa: S308 -- rendered with autoescape


def entry(row: Bulletin, bureau: str) -> dict:
    """A bulletin in a list."""
    lang = language.current()
    name = bulletin_words.quarter_name(row.quarter)
    return {
        "name": _("Bulletin of %(quarter)s") % {"quarter": name},
        "is_correction": row.corrects_id is not None,
        "reason": row.correction_reason,
        "number": row.document.number,
        "on": row.published_at,
        "url": reverse("public_bulletin", args=[lang, bureau, row.quarter]),
        "pdf": reverse("document", args=[lang, row.document.code]),
    }


def latest(bureau: str) -> dict | None:
    """The newest bulletin for a bureau's front page; None while there is none."""
    rows = queries.public_list(bureau, 1)
    if not rows:
        return None
    return entry(rows[0], bureau) | {"all_url": reverse("public_bulletins", args=[language.current(), bureau])}
