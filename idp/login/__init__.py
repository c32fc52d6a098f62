"""Proving who somebody is: the pages of a sign-in, and the session that remembers the proof.

A caller (the authorization endpoint, the admin) says what it needs as a `LoginRequirement` and gets a path to send the
browser to. Facts proved so far are stored; the next page is derived from them (`orchestrator.py`), so there is no
"current step" to forge, skip or leave behind with the Back button. When nothing is missing, a `SsoSession` is written
and the browser goes back to where the caller wanted it.

Reading order: `requirement.py`, `state.py`, `orchestrator.py`, `steps/`, `views.py`, then `models.py` and `current.py`.
This app knows nothing of OAuth, and nobody is signed in through any other door.
"""
