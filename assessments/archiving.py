"""The closing archive as a file: one ZIP of documents, data and record that verifies offline, without this portal.

The same state gives the same bytes: names are sorted, times are fixed, and nothing of the making enters. What is
written is streamed, so that memory does not grow with the campaign but for one line a file.
"""

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import file_digest, sha256
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

from assessments.queries import archives as queries
from assessments.queries.archive_tables import TABLES, Table
from objectives.models import Campaign
from portal.core import deeds
from portal.core.clock import is_demo

FORMAT = "chengnuo-archive/1"
FIXED = (1980, 1, 1, 0, 0, 0)
SEAL = b"SHA-256 of everything before this line: "
PROGRAMS = ("replay_draw.py", "verify_archive.py")
"""Published programs that come with every archive: they need neither the portal nor a network."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
CHUNK, EVERY = 2**16, 1000

Told = Callable[[str, int, int], object]
"""Called now and then with the step that is under way, how many things are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Made:
    """A finished archive: its SHA-256, its size in bytes, the number of files in it."""

    sha256: str
    size: int
    files: int


def place_of(digest: str) -> Path:
    """Where the archive of that SHA-256 lies."""
    return Path(settings.DATA_DIR) / "archives" / f"{digest}.zip"


def build(campaign: Campaign, *, told: Told = lambda *_facts: None) -> Made:
    """Write the archive of a campaign as it stands now, and keep it under its SHA-256.

    Raises `vault.Damaged` when a document is missing or was changed: an archive with a gap is not made.
    """
    folder = Path(settings.DATA_DIR) / "archives"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".draft-", delete=False) as draft:
        place = Path(draft.name)
    try:
        count = _write(campaign, place, told)
        _seal(place)
        with place.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        place.chmod(0o440)
        made = Made(digest, place.stat().st_size, count)
        place.replace(place_of(digest))
    finally:
        place.unlink(missing_ok=True)
    return made


@dataclass
class Package:
    """A ZIP being written; remembers the SHA-256 and the size of every file for the list at its end."""

    archive: zipfile.ZipFile
    files: dict[str, dict] = field(default_factory=dict)

    def add(self, name: str, chunks: Iterable[bytes], *, packed: bool = True) -> None:
        """Add one file. PDF files are packed already."""
        info = zipfile.ZipInfo(name, FIXED)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info.create_system, info.external_attr = 3, 0o644 << 16
        digest, size = sha256(), 0
        with self.archive.open(info, "w", force_zip64=True) as out:
            for chunk in chunks:
                out.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        self.files[name] = {"sha256": digest.hexdigest(), "size": size}

    def add_table(self, name: str, columns: list[str], rows: Iterable[dict]) -> int:
        """Add rows as JSON lines and as a table for spreadsheets, read once; returns how many."""
        count = 0
        with tempfile.TemporaryFile() as spare:
            text = io.TextIOWrapper(spare, encoding="utf-8-sig", newline="", write_through=True)
            sheet = csv.writer(text)
            sheet.writerow(columns)

            def lines() -> Iterator[bytes]:
                nonlocal count
                for row in rows:
                    count += 1
                    sheet.writerow([_cell(row[column]) for column in columns])
                    yield _line(row)

            self.add(f"data/{name}.jsonl", lines())
            text.flush()
            spare.seek(0)
            self.add(f"data/{name}.csv", iter(lambda: spare.read(CHUNK), b""))
            text.detach()
        return count


def _write(campaign: Campaign, place: Path, told: Told) -> int:
    number, head = deeds.head()
    listed = queries.documents(campaign)
    steps, done = len(listed) + len(TABLES) + number // EVERY + 1, 0
    with zipfile.ZipFile(place, "w", compresslevel=6) as archive:
        package, counts = Package(archive), {}
        for paper in listed:
            package.add(paper.path, [queries.file_of(paper.sha256)], packed=False)
            done += 1
            told("documents", done, steps)
        columns = ["kind", "number", "title", "unit", "code", "frozen_at", "fingerprint", "sha256", "path"]
        papers = ({**{name: _value(getattr(paper, name)) for name in columns}, "content": content}
                  for paper, content in zip(listed, queries.texts(listed), strict=True))  # fmt: skip
        counts["documents"] = package.add_table("documents", columns, papers)
        for table in TABLES:
            counts[table.name] = package.add_table(table.name, [name for name, _path in table.columns],
                                                   _rows(table, campaign))  # fmt: skip
            done += 1
            told("data", done, steps)
        for path, data in queries.draw_files(campaign):
            package.add(path, [data])
        package.add("record/deeds.jsonl", _record(campaign, number, lambda n: told("record", done + n, steps)))
        facts = _facts(campaign, number, head, counts)
        package.add("README.txt", [render_to_string("work/archives/readme.txt", facts).encode()])
        for program in PROGRAMS:
            package.add(program, [Path(__file__).with_name(program).read_bytes()])
        manifest = {key: facts[key] for key in ("format", "bureau", "campaign", "year", "head", "tables")}
        manifest["files"] = package.files
        package.add("manifest.json", [json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()])
        archive.comment = SEAL + b"0" * 64
    return len(package.files)


def _facts(campaign: Campaign, number: int, head: str, counts: dict) -> dict:
    return {
        "format": FORMAT,
        "bureau": campaign.bureau.code,
        "bureau_zh": campaign.bureau.name_zh,
        "bureau_en": campaign.bureau.name_en,
        "campaign": campaign.code,
        "title_zh": campaign.title_zh,
        "title_en": campaign.title_en,
        "year": campaign.year,
        "is_demo": is_demo(),
        "head": {"number": number, "hash": head},
        "tables": counts,
    }


def _rows(table: Table, campaign: Campaign) -> Iterator[dict]:
    names, paths = zip(*table.columns, strict=True)
    for values in table.rows(campaign).values_list(*paths).iterator(chunk_size=queries.CHUNK):
        yield dict(zip(names, map(_value, values), strict=True))


def _record(campaign: Campaign, up_to: int, told: Callable[[int], object]) -> Iterator[bytes]:
    for deed in queries.deeds(campaign.bureau.code, up_to=up_to):
        if deed["number"] % EVERY == 0:
            told(deed["number"] // EVERY)
        yield _line(deed)


def _line(row: dict) -> bytes:
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _value(value):
    """A value as JSON holds it, the same from every database: figures without trailing zeros, moments in UTC."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float | str | list | dict) else str(value)


def _cell(value) -> str:
    """A value as a table holds it; a text that a spreadsheet would take for a formula is marked as text."""
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    told = str(value)
    return f"'{told}" if isinstance(value, str) and told.startswith(FORMULA) and not _is_figure(told) else told


def _is_figure(text: str) -> bool:
    return text[1:].replace(".", "", 1).isdecimal()


def _seal(place: Path) -> None:
    """Put the SHA-256 of all that stands before it into the comment at the end: no bit is left unwatched."""
    with place.open("r+b") as file:
        file.seek(0, io.SEEK_END)
        left, digest = file.tell() - 64, sha256()
        file.seek(0)
        while left and (chunk := file.read(min(CHUNK, left))):
            digest.update(chunk)
            left -= len(chunk)
        file.seek(-64, io.SEEK_END)
        file.write(digest.hexdigest().encode())
