"""Worlds that are built once a module: most of a test's time would go into building the same one again.

    world = shared(lambda: ledgers.kept("municipal_school"))

    @pytest.fixture
    def story(world):
        return copy.deepcopy(world)

Every test is rolled back to the world as it was built. Not for modules with tests that commit.
"""

import pytest
from django.db import transaction
from django.utils import translation


def shared(build):
    """A module's fixture of what `build()` makes in English, in a transaction that ends with the module."""

    @pytest.fixture(scope="module")
    def world(django_db_setup, django_db_blocker):
        with django_db_blocker.unblock(), transaction.atomic():
            with translation.override("en"):
                made = build()
            yield made
            transaction.set_rollback(True)

    return world
