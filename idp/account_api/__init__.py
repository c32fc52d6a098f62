"""The account API, `/api/v1/account/`: what a signed-in person reads and changes about themselves. The pattern for every API.

A request passes `authentication.py` (who calls: a session of ours with CSRF, or an access token), `permissions.py` (may they),
`api.py` (parse, call a service of the app that owns the data, answer in the envelope). `schemas.py` and `serializers.py` say
what goes in and out. It stands above `idp.oidc`, because only there a token can be looked up, and holds no data of its own.
`authenticators.py` is the same for one's second factors, which no application may touch: a session only.
"""
