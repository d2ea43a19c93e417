"""Who reaches the addresses of draws and the list of inspectors."""

from portal.core.access import Row, page, public

READERS = ("style_office", "auditor", "foreign_office")

ACCESS: dict[str, Row] = {
    "inspectors": page(*READERS, methods=("GET", "POST")),
    "inspector": Row("inspector", ("GET", "POST")),
    "draws": page(*READERS),
    "draw_new": Row("assessment", ("GET", "POST")),
    "draw": Row("draw", ("GET", "POST")),
    "draw_edit": Row("draw", ("GET", "POST")),
    "draw_script": public(),
    "draw_file": public(),
    "public_draws": public(),
    "public_draw": public(),
}
