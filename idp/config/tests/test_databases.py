"""What of an address and a switch becomes Django's DATABASES."""

import pytest

from idp.config.databases import database
from idp.config.tests.test_env import load, refusal_of

_ADDRESS = "postgres://idp:pw@db:5432/idp"


def test_threads_keep_their_connections_and_statements_are_prepared() -> None:
    made = database(load(DATABASE_URL=_ADDRESS))
    assert made["ENGINE"] == "idp.core.postgresql"
    assert made["CONN_MAX_AGE"] > 0
    assert made["OPTIONS"]["server_side_binding"] is True
    assert made["OPTIONS"]["prepare_threshold"] > 0
    assert "idle_in_transaction_session_timeout" in made["OPTIONS"]["options"]
    assert "pool" not in made["OPTIONS"]


def test_a_number_is_the_size_of_the_pool_of_each_process() -> None:
    made = database(load(DATABASE_URL=_ADDRESS, IDP_DATABASE_POOL="8"))
    assert made["OPTIONS"]["pool"]["max_size"] == 8
    # Django refuses both at once.
    assert made["CONN_MAX_AGE"] == 0


def test_behind_a_pooler_nothing_is_prepared_and_nothing_set() -> None:
    made = database(load(DATABASE_URL=_ADDRESS, IDP_DATABASE_POOL="external"))
    assert not made.get("OPTIONS")
    assert made["DISABLE_SERVER_SIDE_CURSORS"]


def test_what_the_address_says_counts() -> None:
    made = database(load(DATABASE_URL=f"{_ADDRESS}?sslmode=verify-full&prepare_threshold=9"))
    assert made["OPTIONS"]["sslmode"] == "verify-full"
    assert str(made["OPTIONS"]["prepare_threshold"]) == "9"


def test_a_file_has_nothing_to_share() -> None:
    made = database(load(IDP_DATABASE_POOL="8"))
    assert made["ENGINE"] == "django.db.backends.sqlite3"
    assert "pool" not in made["OPTIONS"]
    assert made["CONN_MAX_AGE"] > 0


@pytest.mark.parametrize("text", ["on", "0", "-1", "1001", "8.5"])
def test_a_switch_that_cannot_be_read_is_refused_in_words(text: str) -> None:
    assert "off, external, or a whole number" in refusal_of("IDP_DATABASE_POOL", text)
