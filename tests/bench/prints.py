"""Printing a paper, against WeasyPrint alone on the same HTML; and whether memory stays where it is."""

import gc
import statistics
import time
from unittest import mock

from tests.bench import surroundings, table

ROUNDS = 7
BEFORE, AFTER = 10, 50


def rows() -> list[table.Row]:
    with surroundings.throw_away(postgres=False):
        surroundings.start_django()
        from django.utils import timezone  # noqa: PLC0415 -- models exist only from here on

        from objectives import prints  # noqa: PLC0415 -- as above
        from objectives.models import Revision  # noqa: PLC0415 -- as above
        from portal.core import pdf  # noqa: PLC0415 -- as above
        from tests import stories  # noqa: PLC0415 -- as above
        from tests.bench.world import OBJECTIVES  # noqa: PLC0415 -- as above

        stories.education().paper("municipal_school", "in_route", objectives=OBJECTIVES)
        revision, at = Revision.objects.get(), timezone.now()
        with mock.patch.object(pdf, "print_html", wraps=pdf.print_html) as printing:
            prints.base(revision, at=at)
        html = printing.call_args.args[0]
        memory = _memory(lambda: prints.base(revision, at=at))
        seconds = table.rounds(
            ROUNDS,
            plain=lambda: _cpu(lambda: _weasyprint_alone(html, pdf.document_css())),
            alone=lambda: _cpu(lambda: _weasyprint_alone(html, pdf.document_css(), pdf_variant=pdf.VARIANT)),
            ours=lambda: _cpu(lambda: prints.base(revision, at=at)),
        )
    middle = {name: statistics.median(each) * 1000 for name, each in seconds.items()}
    against = table.median_ratio(seconds["ours"], seconds["alone"])
    plain = table.median_ratio(seconds["ours"], seconds["plain"])
    note = f"{middle['ours']:.0f} ms against {middle['alone']:.0f}; {plain:.2f}× of a plain PDF without tags"
    grown = memory[AFTER] / memory[BEFORE]
    return [
        table.at_most("printing a paper, against WeasyPrint alone", against, 1.1, "×", note),
        table.at_most(f"memory after {AFTER} prints, against {BEFORE}", grown, 1.05, "×", f"{memory[AFTER]:.0f} MiB"),
    ]


def _memory(prints) -> dict[int, float]:
    found = {}
    for count in range(1, AFTER + 1):
        prints()
        if count in (BEFORE, AFTER):
            found[count] = surroundings.resident()
    return found


def _weasyprint_alone(html: str, css: str, **options) -> bytes:
    """As its manual says, with fonts configured anew each time. An option asks for the same kind of archive file."""
    from weasyprint import CSS, HTML  # noqa: PLC0415 -- slow import
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 -- slow import

    fonts = FontConfiguration()
    style = CSS(string=css, font_config=fonts)
    return HTML(string=html).write_pdf(stylesheets=[style], font_config=fonts, **options)


def _cpu(act) -> float:
    """Processor seconds. What an earlier measure has left behind is cleaned up at nobody's expense."""
    gc.collect()
    began = time.process_time()
    act()
    return time.process_time() - began


if __name__ == "__main__":
    table.deliver(rows())
