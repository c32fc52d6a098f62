"""The OpenID provider: what a relying party talks to.

Follow a sign-in through the packages: `authorize/` checks the request and leads the browser through login and consent to a
code; `endpoints/token.py` hands it to `tokens/grants/`, which spends it and issues; `jose/` signs; `endpoints/` answers
UserInfo, introspection, revocation, discovery and logout; `client_auth/` knows the client; `registry/` reads registrations;
`models/` extends django-oauth-toolkit's tables. Inside this app imports run one way:
authorize | endpoints → registry → tokens | client_auth → provider → jose → models.
"""
