"""One running provider for all independent clients, with their registrations."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from idp.tests.clients.registered import Registered, write_registrations
from idp.tests.live_provider import Provider, running


@pytest.fixture(scope="session")
def live_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("independent")


@pytest.fixture(scope="session")
def registered(live_folder: Path) -> Registered:
    return write_registrations(live_folder)


@pytest.fixture(scope="session")
def provider(live_folder: Path, registered: Registered) -> Iterator[Provider]:
    with running(live_folder) as provider:
        provider.manage("sync_clients", str(registered.file))
        yield provider
