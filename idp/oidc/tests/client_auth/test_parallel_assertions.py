"""Fifty at once with one assertion: the database lets one through, on whatever node they arrive."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connections

from idp.oidc.models import SpentAssertion
from idp.oidc.tests.client_auth.signer import Signer
from idp.tests.crowds import only_crowd

_AT_ONCE = 50


@pytest.mark.spec("RFC 7523", "3")
@pytest.mark.django_db(transaction=True)
def test_of_fifty_uses_of_one_assertion_one_counts(clients: None, tmp_path: Path) -> None:
    signer = Signer().register(tmp_path)
    signed = signer.assertion()

    def use(_turn: int) -> int:
        try:
            return signer.present(signed).status_code
        finally:
            connections.close_all()

    with only_crowd(), ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        statuses = sorted(pool.map(use, range(_AT_ONCE)))
    assert statuses == [200] + [401] * (_AT_ONCE - 1)
    assert SpentAssertion.objects.count() == 1
