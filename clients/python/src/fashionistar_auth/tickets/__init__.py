"""Tickets for WebSockets: a page cannot send a header with one, and an access token does not belong into an address.

The journey of one ticket, and the module of each stage::

    views         who holds a live access token asks for a ticket, naming the page it is for
    service       issues it; later takes it, asks the provider about the token again, finds the local user
    store         keeps it in the service's cache, once, under a digest, sealed with itself
    middleware    guards the WebSocket application: ticket in, scope["user"] and scope["auth"] out

A ticket serves once, for TICKET_SECONDS at most, and for one origin. Without the cache nobody comes in.
"""
