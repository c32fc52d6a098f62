"""`openid-client` and `oidc-client-ts` sign a person in, refresh, ask, revoke and sign out; what they do stands in TypeScript."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from idp.tests.browser.live import SHOPPER
from idp.tests.clients.registered import AFTER_LOGOUT, REDIRECT_URI, SCOPE, Registered
from idp.tests.live_provider import Provider
from tools.demo_plan import ROOT

FRONTEND = ROOT / "frontend"


@pytest.mark.spec("OIDC Core", "3.1")
@pytest.mark.parametrize("library", ["openid-client", "oidc-client-ts"])
def test_a_person_signs_in_and_out(library: str, provider: Provider, registered: Registered, tmp_path: Path) -> None:
    world = tmp_path / "world.json"
    world.write_text(
        json.dumps({
            "issuer": provider.issuer, "person": {"username": SHOPPER.email, "password": SHOPPER.password},
            "secret": registered.secret, "ecKey": registered.ec_key, "rsaKey": registered.rsa_key,
            "redirectUri": REDIRECT_URI, "afterLogout": AFTER_LOGOUT, "scope": SCOPE,
        })
    )  # fmt: skip
    done = subprocess.run(
        ["node", "node_modules/vitest/vitest.mjs", "run", "--config", "vitest.clients.config.ts", f"{library}.live"],
        cwd=FRONTEND,
        env={"PATH": os.environ["PATH"], "INDEPENDENT_CLIENTS": str(world), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    # Not merely "no test failed": each client did its round.
    expected = 5 if library == "openid-client" else 1
    assert f"Tests  {expected} passed ({expected})" in done.stdout
