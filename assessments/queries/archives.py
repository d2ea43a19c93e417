"""What a closing archive is made of, and the archives of a campaign."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from assessments.models import Archive, Assessment, Draw
from assessments.states import DrawState
from commitments.models import OfficialDocument, OfficialFile, Publication
from objectives.models import Campaign, Document, Revision
from portal.core import vault
from portal.core.models import Deed

CHUNK, TEXTS = 1000, 200
UNFIT = re.compile(r'[\x00-\x1f/\\:*?"<>|]+')
"""Signs that no file name may hold."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One signed PDF: what it is, its number, whose frozen text it was printed from, and its place in the archive."""

    key: object
    kind: str
    number: str
    title: str
    code: str
    unit: str
    fingerprint: str
    frozen_at: datetime
    sha256: str

    @property
    def path(self) -> str:
        return f"documents/{self.kind}/{UNFIT.sub('-', self.number)}.pdf"


def of_campaign(campaign: Campaign) -> QuerySet[Archive]:
    """Its archives, the newest first."""
    return Archive.objects.filter(campaign=campaign).order_by("-asked_at")


def published_at(campaign: Campaign) -> datetime | None:
    """When its result was published; None while it was not."""
    found = Assessment.objects.filter(campaign=campaign).values_list("published_at", flat=True)
    return found.first()


def documents(campaign: Campaign) -> list[Paper]:
    """Every signed paper and every signed or stamped official document, in a fixed order. Reads neither PDF nor text.

    People go on signing while an archive is made: read this once, and write files and table from the one list.
    """
    return [*_papers(campaign), *_official(campaign)]


def _papers(campaign: Campaign) -> Iterator[Paper]:
    newest = Document.objects.filter(revision=OuterRef("pk"), signed__gt=0).order_by("-position")
    published = Publication.objects.filter(revision=OuterRef("pk")).values("document")
    rows = Revision.objects.filter(paper__campaign=campaign).select_related("paper__unit").annotate(
        file=Subquery(newest.values("sha256")[:1]), public_file=Subquery(published[:1])
    )  # fmt: skip
    for row in rows.defer("content").order_by("number").iterator(chunk_size=CHUNK):
        if sha256 := row.public_file or row.file:
            yield Paper(row.pk, "paper", row.number, "", row.code, row.paper.unit.code, row.fingerprint,
                        row.submitted_at, sha256)  # fmt: skip


def _official(campaign: Campaign) -> Iterator[Paper]:
    marked = OfficialFile.objects.filter(document=OuterRef("pk"), signed__gt=0).order_by("-position")
    official = OfficialDocument.objects.filter(campaign=campaign).annotate(file=Subquery(marked.values("sha256")[:1]))
    for row in official.exclude(file=None).defer("content").order_by("kind", "number").iterator(chunk_size=CHUNK):
        yield Paper(row.pk, row.kind, row.number, row.title, row.code, "", row.fingerprint, row.frozen_at, row.file)


def texts(papers: list[Paper]) -> Iterator[str]:
    """The frozen text of each, in their order: it never changes. A few hundred in memory at a time."""
    for start in range(0, len(papers), TEXTS):
        chunk = papers[start : start + TEXTS]
        keys = [paper.key for paper in chunk]
        found = {
            row.pk: row.content
            for model in (Revision, OfficialDocument)
            for row in model.objects.filter(pk__in=keys).only("content")
        }
        yield from (found[paper.key] for paper in chunk)


def draw_files(campaign: Campaign) -> Iterator[tuple[str, bytes]]:
    """(path in the archive, bytes) of the published files of every draw, by the names that its replay asks for."""
    rows = Draw.objects.filter(assessment__campaign=campaign).exclude(state=DrawState.PREPARED)
    for row in rows.order_by("number"):
        folder = f"data/draws/{UNFIT.sub('-', row.number)}"
        yield f"{folder}/objects.txt", vault.get(row.objects_hash)
        yield f"{folder}/inspectors.txt", vault.get(row.inspectors_hash)
        yield f"{folder}/rule.json", row.rule.encode()
        if row.seed:
            yield f"{folder}/seed.txt", row.seed.encode()
        if row.result_hash:
            yield f"{folder}/result.txt", vault.get(row.result_hash)


def file_of(sha256: str) -> bytes:
    """The bytes as they are kept. Raises `vault.Damaged` when they are missing or no longer what was kept."""
    return vault.get(sha256)


def deeds(bureau: str, *, up_to: int) -> Iterator[dict]:
    """The record from its beginning to a deed, as its hashes were computed. Of a deed that is not this bureau's only
    number, previous and hash: the chain holds together, and nobody reads what others did.
    """
    for deed in Deed.objects.filter(number__lte=up_to).order_by("number").iterator(chunk_size=CHUNK):
        link = {"number": deed.number, "previous": deed.previous, "hash": deed.hash}
        if deed.bureau != bureau:
            yield link
            continue
        yield link | {
            "at": deed.at.astimezone(UTC).isoformat(timespec="microseconds"), "verb": deed.verb, "bureau": deed.bureau,
            "by": deed.by, "post": deed.post, "about": deed.about, "about_id": deed.about_id, "facts": deed.facts,
            "words": deed.words_hash,
        }  # fmt: skip


def under_way(campaign: Campaign) -> bool:
    """Whether an archive of it is being made."""
    return of_campaign(campaign).filter(made_at=None, problem="").exists()


def waiting() -> QuerySet[Archive]:
    """Archives that were asked for and are neither made nor given up, the oldest first."""
    rows = Archive.objects.filter(made_at=None, problem="")
    return rows.select_related("campaign__bureau", "asked_by").order_by("asked_at")


def listed(bureaus: set[int], *, most: int) -> list[Campaign]:
    """The newest campaigns of these bureaus, each with `all_archives` (newest first) and `result_at`: two queries."""
    published = Assessment.objects.filter(campaign=OuterRef("pk")).values("published_at")[:1]
    archives = Prefetch("archives", Archive.objects.order_by("-asked_at"), to_attr="all_archives")
    rows = Campaign.objects.filter(bureau__in=bureaus).annotate(result_at=Subquery(published))
    return list(rows.select_related("bureau").prefetch_related(archives).order_by("-starts_on", "-pk")[:most])


def to_archive(bureaus: set[int]) -> QuerySet[Campaign]:
    """Campaigns whose result is published and for which nobody has asked for an archive yet."""
    rows = Campaign.objects.filter(bureau__in=bureaus, assessment__published_at__isnull=False, archives=None)
    return rows.order_by("starts_on")
