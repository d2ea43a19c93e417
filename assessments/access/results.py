"""Who reaches the addresses of results. A case opens for the style office at any time, and from the notice on for
the auditor, leaders in charge, the bureau's head and the town office above it; its unit reads it at `my_result`.
"""

from portal.core.access import Row, page, public

READERS = (
    "style_office", "foreign_office", "auditor", "line_leader", "linked_leader", "other_leader", "town_office",
)  # fmt: skip
UNIT_PEOPLE = ("own_staff", "own_head", "other_unit", "foreign_unit")

ACCESS: dict[str, Row] = {
    "results": page(*READERS, methods=("GET", "POST")),
    "result_case": Row("case"),
    "result_notice": Row("case"),
    "result_xlsx": Row("assessment"),
    "result_document": Row("result"),
    "result_sign": Row("result", ("POST",)),
    "result_return": Row("result", ("POST",)),
    "result_pdf": Row("result"),
    "my_result": page(*UNIT_PEOPLE),
    "public_results": public(),
    "public_result": public(),
}
