"""Who reaches the addresses of `urls.py`, and who acts there. The source of the rules: `policies.py`."""

from portal.core.access import SENT, Row, cells, page, public

FILED = ("municipal_school", "department", "town_office")
READERS = {
    "own_staff": cells(),
    "own_head": cells(),
    "town_office": cells(("town_school",), SENT),
    "line_leader": cells(("department",), SENT),
    "linked_leader": cells(("municipal_school",), SENT),
    "style_office": cells(FILED, SENT),
    "auditor": cells(states=SENT),
}
WRITING = cells(states=("draft", "returned"))
WRITERS = {"own_staff": WRITING, "own_head": WRITING}
TO_FILE = cells(("town_office",), ("half",)) | cells(("municipal_school", "department"), ("to_file",))
SIGNERS = {
    "own_head": cells(states=("in_route",)),
    "linked_leader": cells(("municipal_school",), ("half",)),
    "line_leader": cells(("department",), ("half",)),
    "town_office": cells(("town_school",), ("half",)),
}
"""The style office files through the publishing queue, which is the commitments' address."""

RETURNERS = {**SIGNERS, "style_office": TO_FILE}
UNIT_PEOPLE = ("own_staff", "own_head", "other_unit", "foreign_unit")
STYLE_OFFICES = ("style_office", "foreign_office")
READING = Row("paper", ("GET",), see=READERS)
EDITING = Row("paper", ("POST",), see=READERS, act=WRITERS)

ACCESS = {
    "papers": page(),
    "paper_begin": Row("begin", ("POST",)),
    "paper": READING,
    "paper_edit": READING,
    "consultation_save": EDITING,
    "objective_add": EDITING,
    "objective_save": EDITING,
    "objective_move": EDITING,
    "objective_remove": EDITING,
    "benchmark_new": Row("paper", ("GET", "POST"), see=READERS, act=WRITERS),
    "benchmark_edit": Row("paper", ("GET", "POST"), see=READERS, act=WRITERS),
    "paper_submit": EDITING,
    "paper_act": Row("paper", ("GET", "POST"), see=READERS, act=SIGNERS),
    "paper_return": Row("paper", ("POST",), see=READERS, act=RETURNERS),
    "paper_document": READING,
    "benchmarks": page(),
    "registry_new": page(*UNIT_PEOPLE, *STYLE_OFFICES, methods=("GET", "POST")),
    "registry_entry": Row("benchmark"),
    "registry_edit": Row("benchmark", ("GET", "POST")),
    "registry_retire": Row("benchmark", ("POST",)),
    "registry_match": Row("benchmark", ("POST",)),
    "gaps": Row("pairing", ("GET", "POST")),
    "pairing_end": Row("pairing", ("POST",)),
    "contacts": page(),
    "contacts_chase": page("town_office", *STYLE_OFFICES, methods=("POST",)),
    "contact_note": Row("pairing", ("GET", "POST")),
    "visits": page(),
    "visit_new": page(*UNIT_PEOPLE, methods=("GET", "POST")),
    "visit_warnings": page(*UNIT_PEOPLE, methods=("POST",)),
    "blackouts": page(*STYLE_OFFICES, methods=("GET", "POST")),
    "blackout_lift": Row("blackout", ("POST",)),
    "feed_make": page(methods=("POST",)),
    "visit": Row("visit", ("GET", "POST")),
    "visit_edit": Row("visit", ("GET", "POST")),
    "calendar_feed": public(),
}
