"""The frozen standard as anyone reads it: every line, how the machine computes it, and the document to check."""

from assessments import standard_pages
from assessments.queries import standards as queries
from commitments.views import frames, showing_documents
from commitments.views.public import NotPublic, public


@public
def standard(request, lang, bureau, year):
    """The standard of a bureau's year."""
    found = queries.published(bureau, int(year)) if year.isdecimal() and len(year) == 4 else None
    if found is None:
        raise NotPublic
    names = {"code": found.campaign.bureau.code, "name_zh": found.campaign.bureau.name_zh,
             "name_en": found.campaign.bureau.name_en}  # fmt: skip
    return frames.page(
        request, "standard", bureau=names, here="promises", updated_at=found.frozen_at, standard=found,
        campaign=found.campaign, year=year, deed=showing_documents.deed(found.document), **standard_pages.told(found),
    )  # fmt: skip
