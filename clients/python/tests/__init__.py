"""Tests of `fashionistar_auth`, against a real HTTP server that plays the provider (`provider.py`).

Nothing of ours is replaced: requests go through Django's handler, our pool and a real socket.
`service/` is the small DRF service under test; `run_django60.sh` runs all of it once more on Django 6.0.
"""
