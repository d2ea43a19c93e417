"""Many units at once, for what must be fast or endure with many: one published unit, copied by SQL. PostgreSQL only.

A copy has its unit, posts, paper, revision, publication and lines, but no people: nobody holds its posts.
"""

from django.db import connection, models

from commitments.models import Commitment, Line, Publication
from objectives.models import Paper, Revision
from tests.stories import Story
from units.models import STEP, Post, Unit

COPY_OF = "md5(t.{column}::text || n)::uuid"
BASE = 100_000
"""Copies are numbered from here, so that they stand behind every unit that a story made."""


def copy(story: Story, kind: str, copies: int, *, after: int = 0, promises: bool = True) -> None:
    """So many more units like the published one of that kind. Without `promises` the copies have lines of the ledger
    but nothing to show to the public: no promise, no text. `after`: so many were copied before.
    """
    unit = story.units[kind]
    parent = unit.path[:-STEP]
    number = f"(n + {BASE})::text"
    order = f"'{parent}' || {number}"
    assert len(str(BASE + after + copies)) == STEP, "paths are of one length"
    with connection.cursor() as cursor:

        def write(model: type[models.Model], where: str, **changed: str) -> None:
            _copy(cursor, model, where.format(unit=f"'{unit.pk}'"), (after + 1, after + copies), changed)

        cursor.execute("SET session_replication_role = replica")  # copies of sound rows need no check of their keys
        try:
            write(Unit, "t.id = {unit}", path=order, code=f"t.code || {number}", name_zh=f"t.name_zh || {number}")
            write(Post, "t.unit_id = {unit}", unit=_of("unit_id"))
            write(Paper, "t.unit_id = {unit}", unit=_of("unit_id"))
            write(Revision, "t.paper_id IN (SELECT id FROM objectives_paper WHERE unit_id = {unit})",
                  paper=_of("paper_id"), number=f"t.number || {number}", code=f"'r' || {number}",
                  content="t.content" if promises else "''")  # fmt: skip
            write(Publication, "t.unit_id = {unit}", unit=_of("unit_id"), revision=_of("revision_id"), order=order,
                  code=f"'p' || {number}", unit_code=f"t.unit_code || {number}",
                  snapshot="t.snapshot" if promises else "'{}'",
                  unit_name_zh=f"t.unit_name_zh || {number}")  # fmt: skip
            mine = "t.publication_id IN (SELECT id FROM commitments_publication WHERE unit_id = {unit})"
            code = f"replace(t.code, t.number, '') || {number} || '-' || t.number"
            if promises:
                write(Commitment, mine, publication=_of("publication_id"), code=code)
            write(Line, mine, publication=_of("publication_id"), unit=_of("unit_id"), order=order, code=code,
                  commitment=_of("commitment_id") if promises else "NULL")  # fmt: skip
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")


def _of(column: str) -> str:
    """The copy's own row in place of the one that the model stands on."""
    return COPY_OF.format(column=column)


def _copy(cursor, model: type[models.Model], where: str, copies: tuple[int, int], changed: dict) -> None:
    """One statement; a key that is a UUID is made from the model's, every other key by the table itself."""
    into, values = [], []
    for field in model._meta.local_concrete_fields:
        column = connection.ops.quote_name(field.column)
        if field.primary_key and not isinstance(field, models.UUIDField):
            continue
        into.append(column)
        values.append(changed.get(field.name) or (_of(field.column) if field.primary_key else f"t.{column}"))
    cursor.execute(
        f"INSERT INTO {model._meta.db_table} ({', '.join(into)}) SELECT {', '.join(values)}"
        f" FROM {model._meta.db_table} t CROSS JOIN generate_series(%s, %s) n WHERE {where} ORDER BY n",
        copies,
    )
