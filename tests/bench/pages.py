"""Public pages over HTTP: kept, not modified, made anew, each against a bare Django view; and the weight of a page."""

import itertools
import re
import statistics

from tests.bench import surroundings, table
from tests.bench.serving import asking, cost, fetched, free_port, served

ROUNDS = 9
REQUESTS = 2000
REQUESTS_MADE_ANEW = 64
COMMITS, LOOKS = 20, 10
KILOBYTE = 1024
PARTS = re.compile(rb"""<(?:link|script|img)\b[^>]*?(?:href|src)=["'](/static/[^"']+)["']""")
PARTS_OF_STYLE = re.compile(rb"""url\(["']?(/static/[^"')]+|[\w./-]+\.\w+)["']?\)""")


def rows() -> list[table.Row]:
    with surroundings.throw_away(postgres=False):
        surroundings.manage("collectstatic", "--noinput", "--verbosity", "0")
        surroundings.start_django()
        from django.db import connection  # noqa: PLC0415 -- models exist only from here on

        from tests.bench import world  # noqa: PLC0415 -- as above

        address = world.public_pages(world.small())["commitment"]
        connection.close()
        port, bare_port = free_port(), free_port()
        with served("portal.wsgi:application", port, SITE_URL=f"http://127.0.0.1:{port}") as portal:
            length = len(fetched(address, port)[1])
            with served("tests.bench.bare:application", bare_port, BENCH_BYTES=str(length)) as bare:
                found = _speeds(portal, port, bare, bare_port, address)
            return [*found, _staleness(address, port), _weight(address, port)]


def _speeds(portal, port, bare, bare_port, address) -> list[table.Row]:
    etag = _header(fetched(address, port)[0], b"etag")
    kept, known = asking(address, port), asking(address, port, If_None_Match=etag)
    plain, anew = asking("/", bare_port), (asking(f"{address}?{n}", port) for n in itertools.count())
    for _warm_up in range(4):
        cost(portal, port, 64, lambda _n: kept, b"200")
        cost(bare, bare_port, 64, lambda _n: plain, b"200")
    costs = table.rounds(
        ROUNDS,
        bare=lambda: cost(bare, bare_port, REQUESTS, lambda _n: plain, b"200"),
        kept=lambda: cost(portal, port, REQUESTS, lambda _n: kept, b"200"),
        known=lambda: cost(portal, port, REQUESTS, lambda _n: known, b"304"),
        anew=lambda: cost(portal, port, REQUESTS_MADE_ANEW, lambda _n: next(anew), b"200"),
    )

    def row(what: str, name: str, limit: float) -> table.Row:
        micros, against = statistics.median(costs[name]), statistics.median(costs["bare"])
        note = f"{micros:.0f} µs of processor time against {against:.0f}"
        return table.at_least(what, table.median_ratio(costs["bare"], costs[name]), limit, "×", note)

    return [
        row("public page, kept, against a bare view", "kept", 0.85),
        row("public page, not modified (304), against a bare view", "known", 1.0),
        row("public page, made anew, against a bare view", "anew", 0.05),
    ]


def _staleness(address: str, port: int) -> table.Row:
    """Answers of either worker that show what another process has just replaced. Each on a connection of its own."""
    from commitments.models import Commitment  # noqa: PLC0415 -- Django is set up in rows()

    stale = 0
    for number in range(COMMITS):
        words = f"第{number}次改动"
        Commitment.objects.filter(code=address.split("/")[-2]).update(text_zh=words)
        stale += sum(words.encode() not in fetched(address, port)[1] for _look in range(LOOKS))
    return table.at_most(f"stale answers of {COMMITS * LOOKS}, right after {COMMITS} commits", stale, 0)


def _weight(address: str, port: int) -> table.Row:
    """Bytes over the wire of a promise's page with all it loads, as a browser asks for it."""
    accepts = {"Accept_Encoding": "gzip, deflate, br"}
    head, body = fetched(address, port, **accepts)
    plain = fetched(address, port)[1]
    weights = {"page": len(head) + len(body)}
    waiting = [path.decode() for path in PARTS.findall(plain)]
    while waiting:
        path = waiting.pop()
        if path in weights:
            continue
        head, body = fetched(path, port, **accepts)
        weights[path] = len(head) + len(body)
        if path.endswith(".css"):
            text = fetched(path, port)[1]
            waiting += [_beside(path, found.decode()) for found in PARTS_OF_STYLE.findall(text)]
    note = f"page {weights['page'] / KILOBYTE:.0f} KB, {len(weights) - 1} files besides"
    return table.at_most("weight of a promise's page, all it loads", sum(weights.values()) / KILOBYTE, 60, " KB", note)


def _beside(path: str, found: str) -> str:
    return found if found.startswith("/") else f"{path.rpartition('/')[0]}/{found}"


def _header(head: bytes, name: bytes) -> str:
    for line in head.split(b"\r\n"):
        if line.lower().startswith(name + b":"):
            return line.partition(b":")[2].strip().decode()
    raise SystemExit(f"no {name!r} in {head!r}")


if __name__ == "__main__":
    table.deliver(rows())
