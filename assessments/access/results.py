"""Who reaches the addresses of results."""

from portal.core.access import Row, page, public

UNIT_PEOPLE = ("own_staff", "own_head", "other_unit", "foreign_unit")

ACCESS: dict[str, Row] = {
    "results": page("style_office", "foreign_office", methods=("GET", "POST")),
    "result_case": Row("case", ("GET", "POST")),
    "result_notice": Row("case"),
    "result_xlsx": Row("assessment"),
    "result_document": Row("result"),
    "result_sign": Row("result", ("POST",)),
    "result_return": Row("result", ("POST",)),
    "result_pdf": Row("result"),
    "my_result": page(*UNIT_PEOPLE),
    "public_results": public(),
}
