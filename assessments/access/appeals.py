"""Who reaches the addresses of appeals."""

from portal.core.access import Row, page

ACCESS: dict[str, Row] = {
    "appeal_new": Row("case", ("GET", "POST")),
    "appeals": page(),
    "appeal": Row("appeal", ("GET", "POST")),
    "appeal_attach": Row("appeal", ("GET", "POST")),
    "appeal_file": Row("appeal"),
    "appeal_sign": Row("appeal", ("POST",)),
    "appeal_pdf": Row("appeal"),
}
