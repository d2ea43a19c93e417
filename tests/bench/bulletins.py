"""A bulletin of some twenty pages: printed by a real worker, and what a reader of a public page notices meanwhile."""

import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from io import BytesIO

from tests.bench import surroundings, table
from tests.bench.serving import fetched, free_port, served

UNITS, OBJECTIVES = 100, 2
FEWEST_PAGES = 20
ASKED, MOST_ASKED = 100, 3000


def rows() -> list[table.Row]:
    with surroundings.throw_away(postgres=True):
        surroundings.manage("collectstatic", "--noinput", "--verbosity", "0")
        surroundings.start_django()
        from tests.bench import world  # noqa: PLC0415 -- models exist only from here on

        story, document = _frozen()
        address = world.public_pages(story)["commitment"]
        port = free_port()
        with served("portal.wsgi:application", port, SITE_URL=f"http://127.0.0.1:{port}"):
            alone = _answers(address, port)
            with _worker():
                meanwhile = _answers(address, port, document.files.exists)
        pages = _pages(document)
        seconds = _cpu(document)
    if pages < FEWEST_PAGES:
        raise SystemExit(f"the bulletin has {pages} pages only")
    before, during = statistics.median(alone) * 1000, statistics.median(meanwhile) * 1000
    note = f"{during:.1f} ms against {before:.1f}, at most {max(meanwhile) * 1000:.0f}; {len(meanwhile)} answers"
    return [
        table.at_most(f"printing a bulletin of {pages} pages", seconds, 10, " s", "processor time, all annexes"),
        table.at_most("… a kept public page while a worker prints it", during / before, 3, "×", note),
    ]


def _frozen():
    """A quarter that nearly everybody was silent in: its bulletin names them all in its annexes, and is not printed."""
    from django.utils import timezone  # noqa: PLC0415 -- Django is set up in rows()

    from commitments.actions import bulletins, documents  # noqa: PLC0415 -- as above
    from commitments.models import Bulletin, DocumentKind, OfficialDocument  # noqa: PLC0415 -- as above
    from commitments.sweeps import dispatch, lights  # noqa: PLC0415 -- as above
    from commitments.sweeps.bulletins import draft_due  # noqa: PLC0415 -- as above
    from tests import ledgers, months, multitude  # noqa: PLC0415 -- as above

    story = ledgers.kept("municipal_school", objectives=OBJECTIVES, ago=7)
    multitude.copy(story, "municipal_school", UNITS - 1)
    today = timezone.localdate()
    months.open_months(story, today)
    lights.refresh(on=today, at=months.at(today))
    dispatch.freeze_due(on=today, at=months.at(today))
    draft_due(on=today, at=months.at(today))
    bulletin = Bulletin.objects.order_by("quarter").last()
    document = documents.freeze(
        DocumentKind.BULLETIN, campaign=story.campaign, number="1", title="季度通报",
        content=bulletins.content_of(bulletin), by=story.people["style_office"], at=timezone.now(),
    )  # fmt: skip
    return story, OfficialDocument.objects.get(pk=document.pk)


@contextlib.contextmanager
def _worker() -> Iterator[None]:
    """It asks every job when it starts, and so prints what waits."""
    command = [sys.executable, "-W", "ignore", "-m", "celery", "--app=portal", "--quiet", "worker", "--concurrency=2"]
    process = subprocess.Popen(
        [*command, "--without-gossip", "--without-mingle", "--loglevel=ERROR"], cwd=surroundings.ROOT,
        env=os.environ | {"EMAIL_URL": "dummymail://"}, stdin=subprocess.DEVNULL, stdout=2,
    )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def _answers(address: str, port: int, is_over: Callable[[], bool] | None = None) -> list[float]:
    """Seconds of each answer: a reader who asks twenty times a second, until it is over or a hundred times."""
    fetched(address, port)
    found = []
    while len(found) < ASKED if is_over is None else not is_over():
        if len(found) > MOST_ASKED:
            raise SystemExit("the worker does not print")
        began = time.perf_counter()
        fetched(address, port)
        found.append(time.perf_counter() - began)
        time.sleep(0.05)
    return found


def _pages(document) -> int:
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 -- slow import

    from commitments.actions import documents  # noqa: PLC0415 -- Django is set up in rows()

    return int(PdfFileReader(BytesIO(documents.pdf_of(document))).root["/Pages"]["/Count"])


def _cpu(document) -> float:
    from commitments import prints  # noqa: PLC0415 -- Django is set up in rows()

    began = time.process_time()
    prints.base(document)
    return time.process_time() - began


if __name__ == "__main__":
    table.deliver(rows())
