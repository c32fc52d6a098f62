"""Managing one's own second factors: what a signed-in person has, adds, renames and removes.

The factors themselves are `idp.mfa`'s; here is who may touch them, and when. That is one rule, `services/fresh_proof.py`: the
person in their own browser, who proved who they are minutes ago with the strongest factor they have. `services/` are the use
cases, called by the page `/account/security` (`views.py`) and by the account API (`idp.account_api.authenticators`).
"""
