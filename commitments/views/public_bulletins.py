"""Bulletins as the public reads them: from the signed documents alone."""

import re

from django.urls import reverse

from commitments import bulletin_words, prints
from commitments.queries import bulletins as queries
from commitments.queries import newest_year
from commitments.views import frames, showing_documents, signing
from commitments.views.public import NotPublic, public
from commitments.views.showing_bulletins import counts, entry
from portal.core.wording import day

QUARTER = re.compile(r"\d{4}-Q[1-4]")


@public
def bulletins(request, lang, bureau):
    """Every bulletin a bureau published; a corrected one is told with its correction."""
    newest, rows = newest_year(bureau), queries.public_list(bureau)
    if newest is None or not rows:
        raise NotPublic
    updated = max(row.published_at for row in rows)
    return frames.page(
        request, "bulletins", bureau=newest["bureau"], here="promises", updated_at=updated,
        rows=[entry(row, bureau) for row in rows],
    )  # fmt: skip


@public
def bulletin(request, lang, bureau, quarter):
    """The newest edition of a quarter's bulletin, with its PDF and every edition before it."""
    newest = newest_year(bureau) if QUARTER.fullmatch(quarter) else None
    editions = list(queries.public(bureau).filter(quarter=quarter)) if newest else []
    if not editions:
        raise NotPublic
    latest = editions[0]
    content = prints.content_of(latest.document)["body"]
    document = latest.document
    return frames.page(
        request, "bulletin", bureau=newest["bureau"], here="promises", updated_at=latest.published_at,
        name=bulletin_words.quarter_name(quarter), counts=counts(content["figures"]), figures=content["figures"],
        text=signing.text_of(document), title=document.title, document=document,
        deed=showing_documents.deed(document), published_on=day(latest.published_at),
        corrects=latest.corrects, reason=latest.correction_reason,
        earlier=[entry(row, bureau) for row in editions[1:]],
        all_url=reverse("public_bulletins", args=[lang, bureau]),
    )  # fmt: skip
