"""How long a person waits after they sent their password, when nobody else signs in."""

import time

from idp.tests.browser.live import SHOPPER
from idp.tests.live_provider import Provider, follow, submitted

_SIGN_INS = 20


def login_p95(provider: Provider) -> float:
    """Milliseconds until the answer to the right password, of which 95 in 100 are shorter."""
    took = []
    for _ in range(_SIGN_INS):
        with provider.browser() as browser:
            page = follow(browser, browser.get("/login?next=/"))
            page = follow(browser, submitted(browser, page, username=SHOPPER.email))
            begun = time.perf_counter()
            answer = submitted(browser, page, password=SHOPPER.password)
            took.append((time.perf_counter() - begun) * 1000)
            assert answer.status_code == 303, answer.text
    return sorted(took)[int(_SIGN_INS * 0.95) - 1]
