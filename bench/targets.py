"""What each scenario should reach for each core of the server, and what Fashionistar asked for.

Rates are those of a quiet machine whose constant answer came 50,000 times a second, so a machine is told from them by processor
time: a scenario meets its row when server and stores together spend no more on one answer than a core has for it.
"""

from typing import Any

# Answers a second and core; discovery and key set alike, introspection at any number of connections.
RATES: dict[str, int] = {
    "discovery": 30_000,
    "jwks": 30_000,
    "introspect": 11_000,
    "introspect unknown": 15_000,
    "userinfo": 10_000,
    "client_credentials": 4_900,
    "code exchange": 1_600,
    "refresh": 1_600,
    "silent sign-in": 1_000,
}


def microseconds(name: str) -> int | None:
    """What a core has for one answer; None where nothing is asked for."""
    rate = RATES.get(name.rpartition(", ")[0] or name)
    return round(1e6 / rate) if rate else None


def customers_rows(told: dict[str, dict[str, Any]], login_p95_ms: float) -> list[tuple[str, str, str, bool]]:
    """Fashionistar's own: what, asked, reached, met."""
    introspected = told["introspect, 16"]["p95_ms"]
    mixed = told["mixed, 64"]["rate"]
    added = told["introspect, 1"]["p50_ms"]
    return [
        ("password sign-in, p95, one at a time", "< 200 ms", f"{login_p95_ms:.0f} ms", login_p95_ms < 200),
        ("an API call's introspection, p95, 16 at once", "< 100 ms", f"{introspected} ms", introspected < 100),
        ("what it adds to a call, p50, one at a time", "to know", f"{added} ms", True),
        ("mixed requests/s, server on one core of two", "1500", f"{mixed}", mixed >= 1500),
    ]
