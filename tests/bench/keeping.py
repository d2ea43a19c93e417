"""Pages of keeping promises with ten thousand units, against a hundred: the same questions, about the same time.

A hundred units fill the longest list, so that what differs is only how many there are that the page does not show.
The time is processor time of Django and of the database's process together.
"""

import statistics
import time
from datetime import timedelta

from tests.bench import surroundings, table
from tests.bench.months import database_cpu

FEW, MANY, LINES = 100, 10_000, 10
ROUNDS = 7
MOST = 45
DIRECTORY, COUNTED = "public list of units", 3
"""The directory of units is counted and sorted by kind, so it grows; a kept page is not made again before a change."""
HTTP_OK = 200


def rows() -> list[table.Row]:
    with surroundings.throw_away(postgres=True):
        surroundings.manage("collectstatic", "--noinput", "--verbosity", "0")
        surroundings.start_django()
        from tests import ledgers, multitude  # noqa: PLC0415 -- models exist only from here on

        story = ledgers.kept("municipal_school", objectives=LINES)
        multitude.copy(story, "municipal_school", FEW - 1)
        code = _opened(story)
        few = _asked(story, code)
        multitude.copy(story, "municipal_school", MANY - FEW, after=FEW - 1)
        _opened(story)
        many = _asked(story, code)
    return [row for name in few for row in _compared(name, few[name], many[name])]


def _compared(name: str, few: tuple[int, float], many: tuple[int, float]):
    words = f"{many[1] * 1000:.0f} ms of processor time against {few[1] * 1000:.0f}"
    yield table.at_most(
        f"{name}, {MANY:,} units against {FEW}", many[1] / few[1], COUNTED if "units" in name else 1.5, "×", words
    )
    if few[0] != many[0]:
        yield table.at_most("… queries that grow with the units", many[0] - few[0], 0, "", f"{few[0]}→{many[0]}")
    else:
        yield table.at_most("… queries, the same for both", many[0], MOST)


def _opened(story) -> str:
    """Open the first month for everybody who is there; its code."""
    from django.db import connection  # noqa: PLC0415 -- Django is set up in rows()

    from commitments.models import Month  # noqa: PLC0415 -- as above
    from tests import months  # noqa: PLC0415 -- as above

    Month.objects.update(filled_at=None)
    code = months.open_months(story, story.first + timedelta(days=40))[0].code
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return code


def _asked(story, code: str) -> dict[str, tuple[int, float]]:
    """Queries and seconds of each page, as the style office or a stranger sees it."""
    from django.test import Client  # noqa: PLC0415 -- Django is set up in rows()
    from django.urls import reverse  # noqa: PLC0415 -- as above

    office = Client()
    office.force_login(story.people["style_office"])
    bureau = story.bureau.code
    pages = {
        "matrix of reports": (office, reverse("dispatch")),
        "list of late reports": (office, reverse("dispatch_list", args=[code, "late"])),
        "ledger": (office, reverse("ledger")),
        "ledger, by unit": (office, f"{reverse('ledger')}?sort=unit"),
        DIRECTORY: (Client(), reverse("units", args=["zh", bureau])),
    }
    return {name: _measured(client, address) for name, (client, address) in pages.items()}


def _measured(client, address: str) -> tuple[int, float]:
    from django.db import connection  # noqa: PLC0415 -- Django is set up in rows()
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 -- as above

    from portal.core import pagecache  # noqa: PLC0415 -- as above

    def ask() -> None:
        pagecache.forget()
        status = client.get(address).status_code
        if status != HTTP_OK:
            raise SystemExit(f"{address} answers {status}")

    ask()
    with CaptureQueriesContext(connection) as questions:
        ask()
    return len(questions), statistics.median(_cost(ask) for _round in range(ROUNDS))


def _cost(ask) -> float:
    from django.db import connection  # noqa: PLC0415 -- Django is set up in rows()

    with connection.cursor() as cursor:
        began = time.process_time()
        database = database_cpu(cursor, ask)
        return time.process_time() - began + database


if __name__ == "__main__":
    table.deliver(rows())
