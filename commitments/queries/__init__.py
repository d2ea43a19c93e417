"""What the public reads: published rows only. A page asks the same number of questions however many rows it shows."""

from datetime import date, datetime, time

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, Subquery, Sum, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from commitments.models import Commitment, Publication
from commitments.queries import documents as official
from objectives.models import Document, Revision, Stage, Step
from objectives.routes import LEAVES_MARK
from portal.core.models import Deed
from portal.core.signing.verify import KnownDocument

PREVIEW = 8
"""Units of one kind named on a bureau's front page; the rest stand in the directory."""
IDENTIFIER = 32
"""Hexadecimal digits of a printed document's identifier: the beginning of its fingerprint."""


def bureaus() -> list[dict]:
    """Every bureau that has published, with its newest year and what became of that year's promises."""
    newest = Window(RowNumber(), partition_by=F("bureau_code"), order_by=(F("year").desc(), F("published_at").desc()))
    first = Publication.objects.annotate(nth=newest).filter(nth=1)
    rows = Publication.objects.filter(pk__in=first.values("pk")).order_by("bureau_code")
    rows = rows.values("bureau_code", "year", "published_at", bureau=F("snapshot__bureau"))
    counts: dict[tuple, dict] = {}
    found = Commitment.objects.order_by().values_list("publication__bureau_code", "publication__year", "status")
    for code, year, status, count in found.annotate(count=Count("pk")):
        _add(counts.setdefault((code, year), {}), status, count)
    return [{**row, "counts": counts.get((row["bureau_code"], row["year"]), {})} for row in rows]


def newest_year(code: str) -> dict | None:
    """A bureau's newest published year: its names, campaign and last publication; None when nothing is public."""
    newest = Publication.objects.of_bureau(code).order_by("-year", "-published_at")
    return (
        Publication.objects.filter(pk=Subquery(newest.values("pk")[:1]))  # so that one snapshot is read, not all
        .values(
            "bureau_code",
            "year",
            "campaign_id",
            "published_at",
            bureau=F("snapshot__bureau"),
            of_campaign=F("snapshot__campaign"),
            above=F("snapshot__unit__above"),
            publication=F("pk"),
        )
        .first()
    )


def tally(code: str, year: int) -> dict[str, int]:
    """How many promises of a bureau's year have each status."""
    counts: dict[str, int] = {}
    rows = Commitment.objects.filter(publication__bureau_code=code, publication__year=year)
    for status, count in rows.order_by().values_list("status").annotate(count=Count("pk")):
        _add(counts, status, count)
    return counts


def kinds(code: str, year: int) -> list[dict]:
    """The kinds of units that published, with how many units and promises each has."""
    rows = Publication.objects.of_bureau(code).filter(year=year).order_by()
    return list(
        rows.values("kind_key", "kind_name_zh", "kind_name_en")
        .annotate(units=Count("pk"), promises=Sum("count"))
        .order_by("kind_key")
    )


def first_of_each_kind(code: str, year: int) -> list[Publication]:
    """The first few units of each kind, without their snapshots."""
    nth = Window(RowNumber(), partition_by=F("kind_key"), order_by="order")
    rows = Publication.objects.of_bureau(code).filter(year=year).annotate(nth=nth).filter(nth__lte=PREVIEW)
    return list(rows.defer("snapshot").order_by("kind_key", "order"))


def directory(code: str, year: int, *, words: str = "", kind: str = ""):
    """Published units of a year, by kind and place in the tree; `words` searches, `kind` narrows."""
    rows = Publication.objects.of_bureau(code).filter(year=year).found(words)
    if kind:
        rows = rows.filter(kind_key=kind)
    return rows.defer("snapshot").order_by("kind_key", "order")


def stages(campaign_id: int) -> list[Stage]:
    return list(Stage.objects.filter(campaign=campaign_id).order_by("position"))


def of_unit(bureau: str, unit: str) -> Publication | None:
    """The newest publication of a unit."""
    return Publication.objects.of_bureau(bureau).filter(unit_code=unit).order_by("-year").first()


def promises_of(publication_id) -> list[Commitment]:
    return list(Commitment.objects.filter(publication=publication_id).order_by("position"))


def promise(code: str) -> Commitment | None:
    """One promise with its publication, by code."""
    named = ExpressionWrapper(Q(line__undertaker__isnull=False), output_field=BooleanField())
    rows = Commitment.objects.select_related("publication").annotate(has_undertaker=named)
    return rows.filter(code=code).first()


def published(code: str) -> Publication | None:
    """A publication by the short code printed on its paper, in whatever case it was typed."""
    return Publication.objects.filter(code=code.upper()).first()


def record_head(on: date) -> str:
    """The hash of the last deed before this day: published once a day, so it tells nothing about today's work."""
    midnight = timezone.make_aware(datetime.combine(on, time.min))
    row = Deed.objects.filter(at__lt=midnight).order_by("-number").values_list("hash", flat=True).first()
    return row or ""


def known_document(sha256: str) -> KnownDocument | None:
    """A stored document by the SHA-256 of its bytes, as the judge of files asks for it.

    Facts of its content are given only when its paper or official document is public.
    """
    row = Document.objects.select_related("revision").filter(sha256=sha256).first()
    return _known(row.revision, row.signed) if row else official.known(sha256)


def resembled_document(mark: str) -> KnownDocument | None:
    """A published document by the fingerprint of its content or the identifier it was printed with.

    Unpublished ones are never told: the answer would confirm a guess at their content.
    """
    rows = Revision.objects.filter(publication__isnull=False)
    exact = len(mark) != IDENTIFIER
    row = rows.filter(fingerprint=mark).first() if exact else rows.filter(fingerprint__startswith=mark).first()
    return _known(row, None) if row else official.resembled(mark, exact=exact)


def _known(revision: Revision, signed: int | None) -> KnownDocument:
    steps = Step.objects.filter(paper=revision.paper_id, round=revision.round, act__in=LEAVES_MARK)
    expected = steps.count()
    signed = expected if signed is None else signed
    publication = Publication.objects.filter(revision=revision).first()
    facts = {"publication": publication} if publication else {}
    return KnownDocument(complete=signed == expected, signed=signed, expected=expected, facts=facts)


def _add(counts: dict[str, int], status: str, count: int) -> None:
    counts[status] = counts.get(status, 0) + count
