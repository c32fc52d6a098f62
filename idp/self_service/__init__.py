"""What people do about their own account: password, names, addresses, where they are signed in, what they allowed applications.

Each use case is a service that judges the proof itself; the pages below `/account/` (`views/`) and the account API
(`idp.account_api`) call the same ones. Looking asks for a session, changing for a proof of the last minutes
(`idp.authenticators.services.fresh_proof`). Signing up is part of a sign-in (`idp.login`).
"""
