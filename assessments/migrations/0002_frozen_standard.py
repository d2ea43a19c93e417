"""What is frozen stays so: triggers refuse every change of a frozen standard and of its criteria, on both databases.

Only its printed document may still be named.
"""

from django.db import migrations

COLUMNS = (
    "campaign_id", "version", "title_zh", "title_en", "grades", "top_share", "top_least", "bonus_most", "differs_from",
    "appeal_days", "edits", "made_at", "made_by_id", "content", "fingerprint", "frozen_at", "frozen_by_id", "frozen_post_id",
)  # fmt: skip
WORDS = "the standard is frozen"
FROZEN = "EXISTS (SELECT 1 FROM assessments_standard s WHERE s.id = {row}.standard_id AND s.frozen_at IS NOT NULL)"
CHANGED = "OLD.frozen_at IS NOT NULL AND ({differs})"
OLD, NEW = FROZEN.format(row="OLD"), FROZEN.format(row="NEW")
GUARDS = {
    "assessments_criterion": {"INSERT": NEW, "UPDATE": f"{OLD} OR {NEW}", "DELETE": OLD},
    "assessments_standard": {"UPDATE": CHANGED, "DELETE": "OLD.frozen_at IS NOT NULL"},
}
SQLITE = """CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{words}'); END"""
FUNCTION = """CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF {when} THEN RAISE EXCEPTION '{words}'; END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW; END $$"""
POSTGRESQL = "CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"


def put(apps, editor):
    sqlite = editor.connection.vendor == "sqlite"
    differs = " OR ".join(f"NEW.{name} {'IS NOT' if sqlite else 'IS DISTINCT FROM'} OLD.{name}" for name in COLUMNS)
    for table, events in GUARDS.items():
        for event, when in events.items():
            facts = {"name": f"{table}_frozen_{event.lower()}", "event": event, "table": table, "words": WORDS,
                     "when": when.format(differs=differs)}  # fmt: skip
            for statement in (SQLITE,) if sqlite else (FUNCTION, POSTGRESQL):
                editor.execute(statement.format(**facts))


def take(apps, editor):
    sqlite = editor.connection.vendor == "sqlite"
    for table, events in GUARDS.items():
        for event in events:
            name = f"{table}_frozen_{event.lower()}"
            editor.execute(f"DROP TRIGGER {name}" if sqlite else f"DROP TRIGGER {name} ON {table}")
            if not sqlite:
                editor.execute(f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial")]
    operations = [migrations.RunPython(put, take)]
