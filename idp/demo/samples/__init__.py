"""Every screen of the provider with made-up people and applications in it, rendered from the templates that the provider uses.

One file for each part of the provider says what its screens show; `gallery.py` holds them all. Nothing here is stored or sent.
"""
