"""The privacy desk of an account: take one's data along, say how it is used, delete the account.

`services/` are the use cases, called by the page `/account/privacy` (`views.py`) and by the account API
(`idp.account_api.privacy`). What is taken along or ended for good asks for a fresh proof (`services/proof.py`); the worker erases
what is due (`services/erase.py`), app by app, each removing what it holds.
"""
