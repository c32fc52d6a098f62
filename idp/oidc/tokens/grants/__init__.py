"""One file per grant type. A grant takes an authenticated client and a parsed request and returns a `TokenResponse`.

These replace oauthlib's token machinery on django-oauth-toolkit's own tables: oauthlib writes the tokens before it spends the
code, so two parallel requests can both be served, and needs 22 statements where these need six.
"""
