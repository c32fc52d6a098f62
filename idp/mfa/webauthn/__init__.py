"""Passkeys (WebAuthn Level 3): keys that sign on the person's own device, for one site only, so that no page can phish them.

`options.py` says what a browser is asked, `registration.py` and `assertion.py` judge what it answers: they wrap the webauthn
library and do what it leaves out. `challenge.py` ties an answer to browser, person and page. `origins.py` says which site and
which pages that is, `well_known.py` tells browsers and phones, `attestation.py` which makes staff may enrol, `aaguids.py` what a
make is called. The only package that imports the webauthn library.
"""
