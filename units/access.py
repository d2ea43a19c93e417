"""Who reaches the addresses of `urls.py`. Source of the rules: `views.py` asks the same posts."""

from portal.core.access import Row, page

OFFICES = ("administrator", "style_office", "foreign_office")

ACCESS = {
    "people": page(*OFFICES),
    "tenure_end": Row("tenure", ("POST",), who=frozenset({"administrator", "style_office"})),
    "post_appoint": Row("post", ("GET", "POST"), who=frozenset({"administrator", "style_office"})),
    "record": page("auditor", "style_office", "foreign_office"),
    "calendar": page(*OFFICES, methods=("GET", "POST")),
    "letters": page(methods=("GET", "POST")),
    "passphrase_forgotten": page(methods=("GET", "POST")),
    "passphrase_reset": Row("request", ("GET", "POST")),
}
