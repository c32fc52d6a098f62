"""`ids`: UUIDv7, unique and growing."""

import uuid

import pytest

from idp.core import ids


@pytest.mark.spec("RFC 9562", "5.7")
def test_ids_are_version_7_of_the_standard_type() -> None:
    made = ids.new_id()
    assert type(made) is uuid.UUID
    assert made.version == 7
    assert made.variant == uuid.RFC_4122


def test_ids_are_unique_and_sort_by_time() -> None:
    made = [ids.new_id() for _ in range(1000)]
    assert len(set(made)) == 1000
    assert made == sorted(made)
