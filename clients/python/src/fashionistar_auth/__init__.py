"""Accept access tokens of the Fashionistar identity provider in a Django REST framework service.

The journey of one request, top to bottom, and the module of each stage::

    cors                  the browser's preflight; which origins may read the answers
    authentication        the seam to DRF: header in, (request.user, request.auth) out
      bearer              reads the token from the Authorization header (RFC 6750); writes WWW-Authenticate
      introspection       asks the provider about it (RFC 7662), parses the answer with `schemas`
        transport         kept-alive connections shared by all threads; `connection` is one of them
      acceptance          is this active token meant for *this* service?
      claims              the frozen object that becomes request.auth
      users, principals   which local user, or which service, that is
    permissions           what the token must carry; the rules themselves are pure functions in `rules`
    renderers, envelope   the JSON shape of every answer
    exception_handler,    the same shape for every failure, inside DRF and outside it
    django_errors

Beside it: `ninja`, the same journey for Django Ninja; `tickets`, for WebSockets, which cannot send the header;
`events`, what the provider tells by itself.

`conf` validates the FASHIONISTAR_AUTH setting when Django starts. Nothing here imports the provider's own code.
"""

__version__ = "0.1.0"
