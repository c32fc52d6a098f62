"""What a service like Fashionistar's changes to take the provider's tokens instead of its own: under twenty lines."""

import difflib
import time
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from pytest_django import Settings
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory

from example_backend.shop.models import Shopper
from tests.cut_over.old_tokens import OldTokenAuthentication
from tests.cut_over.views import Orders

FOLDER = Path(__file__).parent / "cut_over"
MOST_LINES = 20
KEY = "k" * 32


def changed_lines() -> list[str]:
    """Every line that is taken away, and every line that is added, over all files of the two sides."""
    names = {
        file.name for side in ("before", "after") for file in (FOLDER / side).glob("*.py") if file.name != "__init__.py"
    }
    changes = []
    for name in sorted(names):
        before, after = ((FOLDER / side / name).read_text().splitlines() for side in ("before", "after"))
        diff = difflib.unified_diff(before, after, n=0, lineterm="")
        changes += [line for line in diff if line[0] in "+-" and not line.startswith(("+++", "---"))]
    return changes


def test_the_cut_over_changes_fewer_than_twenty_lines() -> None:
    changes = changed_lines()
    assert any("OldTokenAuthentication" in line for line in changes if line.startswith("-"))
    assert any("BearerTokenAuthentication" in line for line in changes if line.startswith("+"))
    assert len(changes) < MOST_LINES, "\n".join(changes)


# The old side is a real one: it takes its own tokens, and no others.


class OldOrders(Orders):
    """As the old settings make it."""

    authentication_classes = (OldTokenAuthentication,)


def call(token: str) -> int:
    answer = OldOrders.as_view()(APIRequestFactory().get("/", headers={"Authorization": f"Bearer {token}"}))
    assert isinstance(answer, Response)
    return answer.status_code


@pytest.mark.django_db
def test_before_it_the_service_takes_its_own_tokens_alone(settings: Settings) -> None:
    settings.OLD_TOKEN_KEY = KEY
    Shopper.objects.create(sub="ada")
    claims = {"user_id": "ada", "exp": int(time.time()) + 60}
    token = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(KEY))
    assert call(token) == 200
    assert call(jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("x" * 32))) == 401
    assert call(jwt.encode({"alg": "HS256"}, claims | {"exp": 1}, OctKey.import_key(KEY))) == 401
    assert call(jwt.encode({"alg": "HS256"}, claims | {"user_id": "nobody"}, OctKey.import_key(KEY))) == 401
    assert call("fst_at_of_the_provider") == 401
    Shopper.objects.update(is_active=False)
    assert call(token) == 401
