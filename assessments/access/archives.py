"""Who reaches closing archives: the style office and the auditor, each of their own bureau."""

from portal.core.access import Row, page

ACCESS = {
    "archives": page("style_office", "auditor", "foreign_office", methods=("GET", "POST")),
    "archive_file": Row("archive"),
}
