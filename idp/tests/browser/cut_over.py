"""What stands beside the provider when Fashionistar cuts over: its backend before and after, and its front end's server side.

The backend is `clients/example_backend/tests/cut_over`, both sides on one database; the front end's server side is
`clients/nextjs-bff` under a small HTTP server of node.
"""

import base64
import hashlib
import hmac
import json
import secrets
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from idp.tests.browser.live import World, free_ports
from idp.tests.commands import Commands
from tools.demo_plan import ROOT, Program
from tools.processes import Child, start, stop_all, wait_until_healthy

_BACKEND = ROOT / "clients" / "example_backend"
_CLIENTS = ROOT / "clients"
_START_SECONDS = 60

_REGISTRATIONS = """
# --- {folder}/backend.toml
client_id = "cut-over-backend"
client_name = "Fashionistar backend"
client_uri = "{api}"
first_party = true
token_endpoint_auth_method = "client_secret_basic"
client_secret_env = "CUT_OVER_BACKEND_SECRET"
grant_types = ["client_credentials"]
scope = "orders"
resource_identifiers = ["{api}"]
default_resource = "{api}"
[event_receiver]
endpoint = "{api}/events"
events = ["user.created", "user.suspended", "user.reactivated", "user.erased"]
secret_env = "CUT_OVER_EVENTS_SECRET"
# --- {folder}/bff.toml
client_id = "cut-over-bff"
client_name = "Fashionistar"
client_uri = "{bff}"
application_type = "web"
first_party = true
token_endpoint_auth_method = "client_secret_basic"
client_secret_env = "CUT_OVER_BFF_SECRET"
grant_types = ["authorization_code", "refresh_token"]
# Harder than what a confidential client has to do: each refresh token serves once.
refresh_token_rotation = true
redirect_uris = ["{bff}/auth/callback"]
post_logout_redirect_uris = ["{bff}/"]
backchannel_logout_uri = "{bff}/auth/backchannel-logout"
scope = "openid profile email roles offline_access orders"
default_resource = "{api}"
id_token_signed_response_alg = "ES256"
id_token_claims = ["email", "email_verified", "name", "role"]
"""


class CutOver:
    """Backend and front end around the provider of a world."""

    def __init__(self, world: World, folder: Path) -> None:
        """Choose ports, register both at the provider, bundle the front end's server; nothing runs yet."""
        self._world, self._folder = world, folder
        self._api_port, self._bff_port = free_ports(2)
        self.api, self.bff = f"http://localhost:{self._api_port}", f"http://localhost:{self._bff_port}"
        self._secrets = {
            name: secrets.token_urlsafe(32)
            for name in (
                "CUT_OVER_BACKEND_SECRET",
                "CUT_OVER_BFF_SECRET",
                "CUT_OVER_EVENTS_SECRET",
                "OLD_TOKEN_KEY",
                "BFF_COOKIE_SECRETS",
            )
        }
        self._children: dict[str, Child] = {}
        self._side = ""
        self._register()
        self._bundle = _bundled(folder)

    def start(self, side: str) -> None:
        """Run the backend of this side (`before`, `after`, `sockets`) in the place of another; and the front end, if it rests."""
        if side == self._side:
            return
        self._side = side
        if backend := self._children.pop("cut-over-backend", None):
            stop_all([backend])
        self._run(self._backend(side))
        if "cut-over-bff" not in self._children:
            self._run(self._front_end())

    def shorten_access(self, seconds: int) -> None:
        """The front end anew: it takes the access tokens of fresh sign-ins to last so long; 0 for as long as they say."""
        stop_all([self._children.pop("cut-over-bff")])
        self._run(self._front_end(seconds))

    def move_clock(self, seconds: int) -> None:
        """The clock of the backend `sockets` goes ahead by so many seconds; nobody else's does."""
        (self._folder / "backend" / "clock-ahead").write_text(str(seconds), "utf-8")

    def stop(self) -> None:
        """Everything of ours."""
        stop_all(list(self._children.values()))

    def renewals(self) -> int:
        """How often the newest sign-in was renewed at the provider."""
        newest = "SELECT generation FROM oidc_refreshtoken ORDER BY created DESC, generation DESC LIMIT 1"
        with sqlite3.connect(self._world.plan.state_dir / "idp.sqlite3", timeout=20) as database:
            return int(database.execute(newest).fetchone()[0])

    def move_in(self, rows: list[dict[str, object]]) -> str:
        """Import people at the provider from a file of the backend's export; what the command said."""
        file = self._folder / "people.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        return self._world.manage("import_users", str(file))

    def old_token(self, user_id: str) -> str:
        """A token as the old backend makes it when somebody signs in there."""
        parts = ({"alg": "HS256", "typ": "JWT"}, {"user_id": user_id, "exp": int(time.time()) + 3600})
        signed = ".".join(_base64url(json.dumps(part).encode()) for part in parts)
        key = self._secrets["OLD_TOKEN_KEY"].encode()
        return f"{signed}.{_base64url(hmac.digest(key, signed.encode(), hashlib.sha256))}"

    def rows(self, statement: str, *values: str) -> list[tuple[object, ...]]:
        """What the backend's own database holds, or becomes."""
        with sqlite3.connect(self._folder / "backend" / "example.sqlite3", timeout=20) as database:
            return database.execute(statement, values).fetchall()

    def _run(self, program: Program) -> None:
        logs = self._world.plan.state_dir / "logs"
        self._children[program.name] = start(program, logs=logs, environ=self._world.plan.environ)
        wait_until_healthy(self._children[program.name], seconds=_START_SECONDS)

    def _register(self) -> None:
        """As an operator does: registrations are files, their secrets are variables."""
        texts = _REGISTRATIONS.format(folder=self._folder, api=self.api, bff=self.bff).split("# --- ")[1:]
        for text in texts:
            path, _, registration = text.partition("\n")
            Path(path).write_text(registration, "utf-8")
        files = [str(self._folder / name) for name in ("backend.toml", "bff.toml")]
        plan = self._world.plan
        commands = Commands({**plan.environ, **plan.preparation.environ, **self._secrets})
        try:
            commands.run("sync_clients", *files)
        finally:
            commands.close()

    def _backend(self, side: str) -> Program:
        port = str(self._api_port)
        asynchronous = ("granian", "--interface", "asginl", "--port", port, "tests.cut_over.sockets.asgi:application")
        return Program(
            name="cut-over-backend",
            title=f"backend ({side})",
            command=(sys.executable, "-m", *(asynchronous if side == "sockets" else ("example_backend.serve",))),
            folder=_BACKEND,
            health=f"{self.api}/healthz",
            environ={
                "DJANGO_SETTINGS_MODULE": f"tests.cut_over.{side}.settings",
                "PORT": port,
                "EXAMPLE_STATE_DIR": str(self._folder / "backend"),
                "DEMO_API_ORIGIN": self.api,
                "DEMO_API_CLIENT_ID": "cut-over-backend",
                "DEMO_API_CLIENT_SECRET": self._secrets["CUT_OVER_BACKEND_SECRET"],
                "DEMO_API_EVENTS_SECRET": self._secrets["CUT_OVER_EVENTS_SECRET"],
                "OLD_TOKEN_KEY": self._secrets["OLD_TOKEN_KEY"],
                "PAGE_ORIGIN": self.bff,
            },
        )

    def _front_end(self, access_seconds: int = 0) -> Program:
        return Program(
            name="cut-over-bff",
            title="front end's server side",
            command=("node", str(self._bundle)),
            health=f"{self.bff}/healthz",
            environ={
                "PORT": str(self._bff_port),
                "BFF_ORIGIN": self.bff,
                "BFF_CLIENT_ID": "cut-over-bff",
                "BFF_CLIENT_SECRET": self._secrets["CUT_OVER_BFF_SECRET"],
                "BFF_COOKIE_SECRETS": self._secrets["BFF_COOKIE_SECRETS"],
                "FIRST_ACCESS_SECONDS": str(access_seconds),
                "BFF_BACKEND": self.api,
                "BFF_SCOPE": "openid profile email roles offline_access orders",
            },
        )


def _bundled(folder: Path) -> Path:
    """The server in one file that node runs."""
    bundle = folder / "bff.mjs"
    # Some dependency may still call `require`.
    banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"
    options = ("--bundle", "--platform=node", "--format=esm", "--log-level=error", f"--banner:js={banner}")
    source = _CLIENTS / "nextjs-bff" / "tests" / "serve.ts"
    command = [str(_CLIENTS / "node_modules" / ".bin" / "esbuild"), str(source), *options, f"--outfile={bundle}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return bundle


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def exported(user_id: str, password_hash: str, **other: object) -> Mapping[str, object]:
    """A row as Fashionistar's backend exports it."""
    return {
        "id": user_id, "email": f"{user_id[-4:]}@moved.example", "password": password_hash, "role": "client",
        "auth_provider": "email", "is_active": True, "is_verified": True, "member_id": f"FASTAR{user_id[-6:]}",
        "first_name": "Ngozi", "last_name": "Eze", "date_joined": "2025-03-01 09:30:00+00:00", **other,
    }  # fmt: skip
