"""What people do with a drafted bulletin: edit, send to the leader, sign or return, publish, correct.

A number is given each time the text freezes. A bulletin that comes back leaves its unsigned document on record under
the number it had, and the next freeze takes the next number: so no number ever stands for two texts.
"""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from commitments import bulletin_words
from commitments.actions import documents
from commitments.models import Bulletin, DocumentKind, OfficialDocument
from commitments.notices import bulletins as notices
from commitments.numbers import next_number
from commitments.periods import Period
from commitments.policies import bulletins as policies
from commitments.queries.quarters import figures_of, people_of, personal_in
from portal.core import pagecache
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from units.models import Post, Tenure
from units.policies import standing

MOST_PARAGRAPHS, LONGEST_PARAGRAPH = 60, 1000
ANNEXES = {
    "summary": "进度汇总表",
    "behind": "滞后事项清单",
    "late": "未按时报送单位",
    "contacts": "对标联系情况",
}


class Overtaken(Refused):
    """A colleague saved first. `bulletin` is as it stands now; nothing of one's own was stored."""

    def __init__(self, bulletin: Bulletin):
        self.bulletin = bulletin
        super().__init__(_("A colleague saved this bulletin while you were writing. Nothing of yours was stored yet."))


@transaction.atomic
def save(bulletin: Bulletin, text: dict[str, list[str]], *, version: int, by, at: datetime) -> Bulletin:
    """Store the sections, each a list of paragraphs. Raises `Overtaken` when `version` is not the present one.

    Saving what is stored already changes nothing, on whichever version.
    """
    bulletin, post = _take(bulletin, by, at)
    text = {section: _paragraphs(text.get(section, ())) for section in bulletin_words.SECTIONS}
    if text == bulletin.text:
        return bulletin
    _require_current(bulletin, version)
    bulletin.text = text
    _save_draft(bulletin, "text")
    _record("bulletin.edited", bulletin, post, by, at, version=bulletin.version)
    return bulletin


@transaction.atomic
def recompute(bulletin: Bulletin, *, version: int, by, at: datetime) -> Bulletin:
    """Count the figures anew: orders and changes since the draft; frozen months stay what they were."""
    bulletin, post = _take(bulletin, by, at)
    _require_current(bulletin, version)
    bulletin.figures = figures_of(bulletin.campaign, Period.parse(bulletin.quarter), at=at)
    _save_draft(bulletin, "figures")
    _record("bulletin.recounted", bulletin, post, by, at, version=bulletin.version)
    return bulletin


@transaction.atomic
def send(bulletin: Bulletin, *, version: int, signer: Post, by, at: datetime) -> Bulletin:
    """Freeze the text under the next number and put it before the leader. The worker prints it."""
    bulletin, post = _take(bulletin, by, at)
    _require_current(bulletin, version)
    _require_signer(bulletin, signer, at)
    _require_sections(bulletin)
    _refuse_persons(bulletin)
    number = next_number(bulletin.campaign, DocumentKind.BULLETIN, year=local_day(at).year)
    content = content_of(bulletin)
    bulletin.document = documents.freeze(
        DocumentKind.BULLETIN, campaign=bulletin.campaign, number=number, title="".join(content["title_lines"]),
        content=content, by=by, at=at,
    )  # fmt: skip
    bulletin.signer, bulletin.state, bulletin.returned_reason = signer, "to_sign", ""
    _save_draft(bulletin, "document", "signer", "state", "returned_reason")
    _record("bulletin.sent", bulletin, post, by, at, number=number, fingerprint=bulletin.document.fingerprint)
    notices.to_sign(bulletin, at=at)
    return bulletin


def signed(*, by, at: datetime):
    """What happens with the leader's signature: give it to `documents.sign` as `then`."""
    return partial(_signed, by=by, at=at)


def _signed(document: OfficialDocument, *, by, at: datetime) -> None:
    bulletin = _locked(Bulletin.objects.filter(document=document))
    if bulletin is None:
        raise Refused(_("This bulletin was returned; its document is signed no more."))
    require(policies.can_sign(standing(by, on=local_day(at)), bulletin))
    bulletin.document, bulletin.state = document, "signed"
    bulletin.save(update_fields=["state"])
    notices.signed(bulletin, at=at)


@transaction.atomic
def send_back(bulletin: Bulletin, *, reason: str, by, at: datetime) -> Bulletin:
    """Back to the style office with a reason: a draft again."""
    if not reason.strip():
        raise Refused(_("Say what must change: the style office reads exactly these words."))
    bulletin, who = _locked(Bulletin.objects.filter(pk=bulletin.pk)), standing(by, on=local_day(at))
    require(policies.can_sign(who, bulletin))
    number, post = bulletin.document.number, policies.signing_post(who, bulletin)
    bulletin.document, bulletin.state, bulletin.returned_reason = None, "draft", reason.strip()[:300]
    _save_draft(bulletin, "document", "state", "returned_reason")
    _record("bulletin.returned", bulletin, post, by, at, number=number, words=reason)
    notices.returned(bulletin, at=at)
    return bulletin


@transaction.atomic
def recall(bulletin: Bulletin, *, by, at: datetime) -> Bulletin:
    """The style office takes back what nobody has signed: a draft again, and its number is spent."""
    bulletin, who = _locked(Bulletin.objects.filter(pk=bulletin.pk)), standing(by, on=local_day(at))
    require(policies.can_recall(who, bulletin))
    number, bulletin.document, bulletin.state = bulletin.document.number, None, "draft"
    _save_draft(bulletin, "document", "state")
    _record("bulletin.recalled", bulletin, policies.office_post(who, bulletin), by, at, number=number)
    notices.recalled(bulletin, number=number, at=at)
    return bulletin


@transaction.atomic
def publish(bulletin: Bulletin, *, by, at: datetime) -> Bulletin:
    """Make a signed bulletin public, under today's date."""
    bulletin, who = _locked(Bulletin.objects.filter(pk=bulletin.pk)), standing(by, on=local_day(at))
    require(policies.can_publish(who, bulletin))
    document = bulletin.document
    document.is_public = True
    document.save(update_fields=["is_public"])
    bulletin.state, bulletin.published_at, bulletin.published_by = "published", at, by
    bulletin.save(update_fields=["state", "published_at", "published_by"])
    post = policies.office_post(who, bulletin)
    _record("bulletin.published", bulletin, post, by, at, number=document.number, fingerprint=document.fingerprint)
    transaction.on_commit(pagecache.forget)
    return bulletin


@transaction.atomic
def correct(bulletin: Bulletin, *, reason: str, by, at: datetime) -> Bulletin:
    """Begin a correction: a new edition with its own number and reason. The original stays as it was issued."""
    if not reason.strip():
        raise Refused(_("Say what was wrong: the reason is printed."))
    bulletin, who = _locked(Bulletin.objects.filter(pk=bulletin.pk)), standing(by, on=local_day(at))
    require(policies.can_correct(who, bulletin))
    figures = figures_of(bulletin.campaign, Period.parse(bulletin.quarter), at=at)
    edition = Bulletin.objects.create(
        campaign=bulletin.campaign, quarter=bulletin.quarter, edition=bulletin.edition + 1, corrects=bulletin,
        correction_reason=reason.strip()[:300], months=bulletin.months, figures=figures, text=bulletin.text,
        due_on=local_day(at), drafted_at=at,
    )  # fmt: skip
    _record("bulletin.corrected", edition, policies.office_post(who, bulletin), by, at, words=reason,
            corrects=bulletin.document.number, quarter=bulletin.quarter)  # fmt: skip
    return edition


def content_of(bulletin: Bulletin) -> dict:
    """What the document will say, printed and public. Annexes that would be empty are left out and not counted."""
    figures = bulletin.figures
    filled = {"summary": True, **{key: bool(figures[key]) for key in ("behind", "late", "contacts")}}
    title = bulletin_words.title_lines(bulletin.quarter)
    corrects = bulletin.corrects
    return {
        "quarter": bulletin.quarter,
        "quarter_zh": bulletin_words.quarter_zh(bulletin.quarter),
        "edition": bulletin.edition,
        "title_lines": title if corrects is None else [title[0], title[1].replace("通报", "更正通报")],
        "addressee": "各科室、局属各单位：",
        "lead": bulletin_words.lead(bulletin.campaign.title_zh, figures),
        "corrects": {"number": corrects.document.number, "reason": bulletin.correction_reason} if corrects else None,
        "sections": [
            {"key": key, "title": f"{bulletin_words.NUMERALS[place]}、{title}", "paragraphs": bulletin.text[key]}
            for place, (key, title) in enumerate(bulletin_words.SECTIONS.items())
        ],
        "annexes": [{"key": key, "title": title} for key, title in ANNEXES.items() if filled[key]],
        "figures": figures,
    }


def _locked(rows) -> Bulletin | None:
    """The row under its lock. Relations are read by a later statement: one that waited still joins the old ones."""
    found = rows.select_for_update().first()
    if found is None:
        return None
    rows = Bulletin.objects.select_related("campaign__bureau", "document", "signer", "corrects__document")
    return rows.get(pk=found.pk)


def _take(bulletin: Bulletin, by, at: datetime) -> tuple[Bulletin, Post]:
    bulletin, who = _locked(Bulletin.objects.filter(pk=bulletin.pk)), standing(by, on=local_day(at))
    require(policies.can_edit(who, bulletin))
    return bulletin, policies.office_post(who, bulletin)


def _require_current(bulletin: Bulletin, version: int) -> None:
    if bulletin.version != version:
        raise Overtaken(bulletin)


def _save_draft(bulletin: Bulletin, *fields: str) -> None:
    bulletin.version += 1
    bulletin.save(update_fields=["version", *fields])


def _paragraphs(lines) -> list[str]:
    told = [" ".join(line.split()) for line in lines if line.strip()]
    if len(told) > MOST_PARAGRAPHS or any(len(line) > LONGEST_PARAGRAPH for line in told):
        facts = {"n": MOST_PARAGRAPHS, "long": LONGEST_PARAGRAPH}
        raise Refused(_("A section has at most %(n)s paragraphs of %(long)s characters each.") % facts)
    return told


def _require_signer(bulletin: Bulletin, signer: Post, at: datetime) -> None:
    if not policies.signers(bulletin.campaign.bureau_id).filter(pk=signer.pk).exists():
        raise Refused(_("Choose a leader of the bureau: this post does not sign for it."))
    if not Tenure.objects.on(local_day(at)).filter(post=signer, user__is_active=True).exists():
        raise Refused(_("Nobody holds the post “%(post)s” now.") % {"post": signer.title_zh})


def _require_sections(bulletin: Bulletin) -> None:
    empty = [title for key, title in bulletin_words.SECTIONS.items() if not bulletin.text.get(key)]
    if empty:
        names = pgettext("between names", ", ").join(empty)
        raise Refused(_("These sections are empty: %(names)s. Say in a sentence that there is nothing.")
                      % {"names": names})  # fmt: skip


def _refuse_persons(bulletin: Bulletin) -> None:
    """A bulletin is public: it names units and posts, never a person, and no private number."""
    texts = [line for lines in bulletin.text.values() for line in lines]
    found = personal_in([*texts, bulletin.correction_reason], people_of(bulletin.campaign))
    if found:
        names = pgettext("between names", ", ").join(found)
        raise Refused(_("A bulletin names units, never a person. Please reword: %(names)s.") % {"names": names})


def _record(verb: str, bulletin: Bulletin, post: Post, by, at: datetime, **facts) -> None:
    record(verb, about=bulletin, by=by, at=at, bureau=bulletin.campaign.bureau.code, post=post.title_zh, **facts)
