"""Triggers that refuse to change or remove what was recorded, on both databases."""

from django.db import migrations

SQLITE = """CREATE TRIGGER {table}_no_{low} BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END"""
POSTGRESQL = """CREATE TRIGGER {table}_no_{low} BEFORE {event} ON {table}
FOR EACH ROW EXECUTE FUNCTION chengnuo_append_only()"""
FUNCTION = """CREATE OR REPLACE FUNCTION chengnuo_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the record is append-only'; END $$"""


def operation(tables: dict) -> migrations.RunPython:
    """A migration step that puts the triggers on `tables`: {table: (events)}."""

    def put(apps, editor):
        sqlite = editor.connection.vendor == "sqlite"
        if not sqlite:
            editor.execute(FUNCTION)
        for table, events in tables.items():
            for event in events:
                statement = (SQLITE if sqlite else POSTGRESQL).format(table=table, event=event, low=event.lower())
                editor.execute(statement)

    def take(apps, editor):
        on = "" if editor.connection.vendor == "sqlite" else " ON {table}"
        for table, events in tables.items():
            for event in events:
                editor.execute(f"DROP TRIGGER {table}_no_{event.lower()}{on.format(table=table)}")

    return migrations.RunPython(put, take)
