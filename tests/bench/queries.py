"""How many questions a page asks the database: the same however much it shows."""

from tests.bench import surroundings, table

MOST_PUBLIC, MOST_INSIDE, MOST_DESK = 15, 30, 45
LISTS = ("desk", "papers", "publish_queue", "people", "record", "letters")
READERS = ("style_office", "linked_leader", "administrator", "municipal_school_head")
HTTP_OK, HTTP_NOT_FOUND = 200, 404


def rows() -> list[table.Row]:
    with surroundings.throw_away(postgres=False):
        surroundings.manage("collectstatic", "--noinput", "--verbosity", "0")
        surroundings.start_django()
        from tests.bench import world  # noqa: PLC0415 -- models exist only from here on

        story = world.small()
        addresses = world.public_pages(story)
        few = {**_public(addresses), **_lists(story)}
        world.grow(story)
        more = {**_public(addresses), **_lists(story)}
    inside = [name for name in few if name not in addresses]
    return [
        _row("public page", few, more, [name for name in few if name in addresses], MOST_PUBLIC),
        _row("workspace list", few, more, [name for name in inside if not name.startswith("desk")], MOST_INSIDE),
        _row("desk", few, more, [name for name in inside if name.startswith("desk")], MOST_DESK),
    ]


def _row(what: str, few: dict, more: dict, names: list[str], most: int) -> table.Row:
    """The dearest of them; one that asks more questions when there is more to show fails, whatever it costs."""
    growing = [f"{name} {few[name]}→{more[name]}" for name in names if few[name] != more[name]]
    if growing:
        return table.at_most(
            f"queries of a {what} that grow with what it shows", len(growing), 0, "", ", ".join(growing)
        )
    dearest = max(names, key=more.get)
    note = ", ".join(f"{name} {more[name]}" for name in sorted(names, key=more.get, reverse=True)[:5])
    return table.at_most(f"queries of a {what}, the same for few and many", more[dearest], most, "", note)


def _public(addresses: dict[str, str]) -> dict[str, int]:
    from django.test import Client  # noqa: PLC0415 -- Django is set up in rows()

    return {name: _count(Client(), address) for name, address in addresses.items()}


def _lists(story) -> dict[str, int]:
    """Every list of the workspace, as every reader who may open it sees it."""
    from django.test import Client  # noqa: PLC0415 -- Django is set up in rows()
    from django.urls import reverse  # noqa: PLC0415 -- as above

    found = {}
    for reader in READERS:
        client = Client()
        client.force_login(story.people[reader])
        for name in LISTS:
            if count := _count(client, reverse(name)):
                found[f"{name} ({reader})"] = count
    return found


def _count(client, address: str) -> int:
    """Questions of the second request: the first one fills what a process keeps. None where there is no such page."""
    from django.db import connection  # noqa: PLC0415 -- Django is set up in rows()
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 -- as above

    from portal.core import pagecache  # noqa: PLC0415 -- as above

    client.get(address)
    pagecache.forget()
    with CaptureQueriesContext(connection) as asked:
        status = client.get(address).status_code
    if status not in (HTTP_OK, HTTP_NOT_FOUND):
        raise SystemExit(f"{address} answers {status}")
    return len(asked) if status == HTTP_OK else 0


if __name__ == "__main__":
    table.deliver(rows())
