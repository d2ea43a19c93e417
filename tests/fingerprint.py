"""The whole database in one value: what a job, a page or a refusal left unchanged has the same fingerprint."""

import json
from hashlib import sha256

from django.db import connection

BESIDE_THE_POINT = frozenset({"core_job", "django_session", "django_admin_log", "django_migrations", "sqlite_sequence"})
"""How jobs fared, who is signed in, what was looked at in the admin: no matter of the portal's own."""


def of_tables(*, without: frozenset[str] = BESIDE_THE_POINT) -> dict[str, tuple[int, str]]:
    """Table → (how many rows, hash of their content in any order). Two of these compare table by table."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - without):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = sorted(_hash(row) for row in cursor.fetchall())
            found[table] = (len(rows), sha256("\n".join(rows).encode()).hexdigest())
    return found


def _hash(row: tuple) -> str:
    plain = [value.hex() if isinstance(value, bytes | memoryview) else value for value in row]
    return sha256(json.dumps(plain, default=str, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
