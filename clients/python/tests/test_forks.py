"""A process that forks after its first request: no connection, lock or thread of the parent is used by the child."""

import os
import signal
import warnings
from collections.abc import Callable

from asgiref.sync import async_to_sync

from fashionistar_auth.conf import get_settings
from fashionistar_auth.introspection import Introspector, get_introspector
from fashionistar_auth.provider_keys import provider_keys
from fashionistar_auth.validation import validate
from tests.conftest import Configure
from tests.provider import Provider
from tests.token_signer import TokenSigner

_PATIENCE_SECONDS = 30


def in_a_child(does: Callable[[], bool]) -> bool:
    """What it says in a forked process, which is ended if it says nothing."""
    with warnings.catch_warnings():
        # Python 3.12 warns of threads that stay behind; those of the playing provider do.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        said = False
        try:
            signal.alarm(_PATIENCE_SECONDS)
            said = does()
        finally:
            os._exit(0 if said else 1)
    return os.waitpid(child, 0)[1] == 0


def test_parent_and_child_ask_on_connections_of_their_own(provider: Provider) -> None:
    token = provider.grant()
    introspector = Introspector(get_settings())
    assert introspector.introspect(token)
    assert in_a_child(lambda: introspector.introspect(token) is not None)
    assert introspector.introspect(token)
    introspector.close()
    # The parent's goes on, although the child has closed what it inherited.
    assert [seen.connection for seen in provider.seen] == [1, 2, 1]


def test_a_child_has_threads_of_its_own(provider: Provider) -> None:
    token = provider.grant()

    def asked() -> bool:
        return async_to_sync(get_introspector().in_thread)(validate, token) is not None

    assert asked()
    assert in_a_child(asked)


def test_a_lock_that_a_thread_of_the_parent_holds_holds_up_no_child(provider: Provider, configure: Configure) -> None:
    configure(validation="local")
    signer = TokenSigner(provider)
    assert validate(signer.token())
    # Whoever names another key has the keys read anew, by one thread at a time.
    unknown = provider.grant(signer.token(header={"kid": "k9"}))
    with provider_keys()._lock:  # noqa: SLF001 - what another thread does at that moment
        assert in_a_child(lambda: validate(unknown) is not None)
