"""Fixtures shared by the tests of every app. Accounts are made by the service that makes them in production."""

import itertools
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import connection
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from pydantic import SecretStr
from structlog.contextvars import clear_contextvars

from idp.accounts.models import User
from idp.accounts.schemas import NewUser
from idp.accounts.services.create_user import create_user
from idp.core import crypto
from idp.tests.migrated import start_with_tables

# No test asserts a time, so none may fail because the machine is busy.
hypothesis_settings.register_profile("idp", deadline=None, database=None)
hypothesis_settings.load_profile("idp")

# Files that take minutes or start servers. They are handed out first, so that the last of them does not keep one core busy while
# the others have nothing left (`make test-python` gives each process whole files, in this order).
SLOWEST_FIRST = (
    "test_authlib.py",
    "test_native_sign_in.py",
    "test_orchestrator.py",
    "test_life.py",
    "test_canaries.py",
    "test_factor_canaries.py",
    "test_worker_child.py",
    "test_live_serve.py",
    "test_live_https.py",
    "test_live_changes.py",
    "test_live_bursts.py",
    "test_nobody_learns_who_has_an_account.py",
    "test_lost_answers.py",
    "test_acts.py",
    "test_serve.py",
    "test_modes.py",
    "test_forks.py",
    "test_hostile_tokens.py",
    # The browser's.
    "test_passkeys.py",
    "test_staff.py",
    "test_refusals.py",
    "test_elsewhere.py",
    "test_console.py",
    "test_looks.py",
    "test_demo_pages.py",
    "test_recovery.py",
    "test_mobile_app.py",
    "test_step_up.py",
    "test_account_security.py",
    # What PostgreSQL and Redis take longest for.
    "test_anything.py",
    "test_redis_faults.py",
    "test_authority.py",
    "test_killed.py",
    "test_two_nodes.py",
    "test_gate.py",
    "test_import_users.py",
    "test_messages.py",
)

# Nothing in these touches a database or cache: with other stores than the embedded default they are not run a second time.
# (A list `collect_ignore` would end where a folder has one of its own.)
SAME_ON_EVERY_STORE = (
    "accounts/tests/test_hashing_process.py",
    "accounts/tests/test_hashing_program.py",
    "config/tests/test_forks.py",
    "config/tests/test_state.py",
    "config/tests/test_worker_child.py",
    "core/tests/test_outbound.py",
    "core/tests/test_outbound_targets.py",
    "demo/tests/test_modes.py",
    "demo/tests/test_styleguide.py",
    "login/tests/test_orchestrator.py",
    "tests/test_house_rules.py",
)
_SAME_ON_EVERY_STORE = {Path(__file__).parent / name for name in SAME_ON_EVERY_STORE}

# Of a test with many cases coverage watches these first ones; the others run the same lines, two to four times as fast unwatched.
WATCHED_CASES = 3
# By which coverage tells processes that they are measured, too.
_COVERAGE_OF_CHILDREN = "COVERAGE_PROCESS_CONFIG"

PASSWORD = "correct horse battery staple"  # noqa: S105 - of accounts that live for one test
_numbers = itertools.count(1)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Whether a file is left out; one that is named on the command line never is."""
    is_repeated = not django_settings.ENVIRONMENT.uses_sqlite
    return True if is_repeated and collection_path in _SAME_ON_EVERY_STORE else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slowest files first; the order is otherwise as it was found.

    Raises pytest.UsageError if a file that is judged once uses the database.
    """
    untrue = {item.path.name for item in items if item.path in _SAME_ON_EVERY_STORE and _uses_database(item)}
    if untrue:
        raise pytest.UsageError(f"SAME_ON_EVERY_STORE lists what uses the database: {', '.join(sorted(untrue))}")
    _watch_first_cases(items)
    rank = {name: place for place, name in enumerate(SLOWEST_FIRST)}
    items.sort(key=lambda item: rank.get(item.path.name, len(rank)))


def _watch_first_cases(items: list[pytest.Item]) -> None:
    """Whatever comes after them is not measured, so that coverage can only be understated."""
    seen: Counter[str] = Counter()
    for item in items:
        test = item.nodeid.partition("[")[0]
        seen[test] += 1
        if seen[test] > WATCHED_CASES:
            item.add_marker(pytest.mark.unmeasured)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Take coverage's trace function away from a test that is not measured, and its settings from the processes that it starts.

    Not by pytest-cov's own mark: each time it ends, coverage is started anew, and patches `os._exit` once more.
    """
    tracer = sys.gettrace()
    if tracer is None or item.get_closest_marker("unmeasured") is None:
        return (yield)
    sys.settrace(None)
    settings = os.environ.pop(_COVERAGE_OF_CHILDREN, None)
    try:
        return (yield)
    finally:
        if settings is not None:
            os.environ[_COVERAGE_OF_CHILDREN] = settings
        sys.settrace(tracer)


def _uses_database(item: pytest.Item) -> bool:
    """Whether a test has a mark or a fixture, its own or a fixture's, that opens the database."""
    fixtures = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or not {"db", "transactional_db"}.isdisjoint(fixtures)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Whether Django finds its test database where `django_db_modify_db_settings` has put it: a file, not one of a server's."""
    return django_settings.ENVIRONMENT.uses_sqlite


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The test database of this process has every table from the start."""
    start_with_tables(connection.settings_dict["TEST"])


@pytest.fixture(autouse=True)
def clean_process() -> Iterator[None]:
    """Every test starts with empty caches, outside any request and its language, and with keys derived from its own settings."""
    yield
    clear_contextvars()
    translation.deactivate()
    crypto.derived_key.cache_clear()
    # All of them: a test that changed the settings of caches has left none open, and what lies in memory stays.
    for cache in caches.all():
        cache.clear()


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """A factory of accounts: an own verified e-mail and `PASSWORD` unless told otherwise."""

    def make(**given: Any) -> User:  # noqa: ANN401 - whatever NewUser takes
        if not {"email", "phone_number"} & given.keys():
            given["email"] = f"shopper{next(_numbers)}@example.com"
        given.setdefault("email_verified", bool(given.get("email")))
        given.setdefault("password", SecretStr(PASSWORD))
        return create_user(new=NewUser(**given))

    return make


@pytest.fixture
def user(make_user: Callable[..., User]) -> User:
    """One shopper with a verified e-mail and the password `PASSWORD`."""
    return make_user()
