"""One rule of the authorization request per file: `(AuthorizationRequest, Context) -> AuthorizationRequest`, pure.

A TRUST check raises `DisplayedError`: until client and redirect URI are proven there is nobody safe to answer. A REQUEST check
raises `RedirectedError`, which goes back to the client. Their order is in `../pipeline.py`.
"""
