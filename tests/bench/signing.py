"""One signature: the whole action, less the passphrase, whose derivation is slow on purpose."""

import statistics
import time
from unittest import mock

from tests.bench import surroundings, table

ROUNDS = 9


class Stopwatch:
    """Processor seconds of everything that runs within it, summed up."""

    def __init__(self):
        self.seconds = 0.0

    def timed(self, function):
        def run(*args, **options):
            began = time.process_time()
            try:
                return function(*args, **options)
            finally:
                self.seconds += time.process_time() - began

        return run


def rows() -> list[table.Row]:
    with surroundings.throw_away(postgres=False):
        surroundings.start_django()
        from portal.core.signing import keys  # noqa: PLC0415 -- models exist only from here on

        sign, passphrase = _scene(), Stopwatch()
        with mock.patch.object(keys, "open_key", passphrase.timed(keys.open_key)):
            first, _opened = _once(sign, passphrase)
            found = [_once(sign, passphrase) for _round in range(ROUNDS)]
    signing, opening = (statistics.median(each) * 1000 for each in zip(*found, strict=True))
    note = f"processor time; {first * 1000:.0f} ms when the stamp has to be drawn"
    return [
        table.at_most("signing, stamp drawn before, without the passphrase", signing, 200, " ms", note),
        table.at_most("opening the key with the passphrase", opening, 600, " ms", "slow on purpose: about 300 wanted"),
        table.at_least("… and not too quickly", opening, 100, " ms"),
    ]


def _scene():
    """A paper of ten objectives that waits for its head's signature, printed; each signature is taken back again."""
    from django.db import transaction  # noqa: PLC0415 -- Django is set up in rows()
    from django.utils import timezone  # noqa: PLC0415 -- as above

    from objectives import actions  # noqa: PLC0415 -- as above
    from objectives.actions.acting import newest_document  # noqa: PLC0415 -- as above
    from objectives.models import Revision  # noqa: PLC0415 -- as above
    from tests import stories  # noqa: PLC0415 -- as above
    from tests.bench.world import OBJECTIVES  # noqa: PLC0415 -- as above

    story = stories.education()
    paper = story.paper("municipal_school", "in_route", objectives=OBJECTIVES)
    revision, by = Revision.objects.get(), story.actor(paper)
    story.enrol(by)
    newest_document(revision, timezone.now())

    def sign():
        with transaction.atomic():
            actions.sign(
                story.step(paper), fingerprint=revision.fingerprint, passphrase=stories.PASSPHRASE, by=by,
                at=timezone.now(),
            )  # fmt: skip
            transaction.set_rollback(True)

    return sign


def _once(sign, passphrase: Stopwatch) -> tuple[float, float]:
    """Processor seconds of one signature without the passphrase, and of the passphrase."""
    before, began = passphrase.seconds, time.process_time()
    sign()
    opening = passphrase.seconds - before
    return time.process_time() - began - opening, opening


if __name__ == "__main__":
    table.deliver(rows())
