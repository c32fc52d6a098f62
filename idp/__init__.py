"""The Fashionistar identity provider: OAuth 2.0 and OpenID Connect for shoppers, vendors, staff and their apps.

One Django project in layers, each importing only towards the end of the line:
config (the project itself), oidc (the protocol), login (proving who somebody is), accounts (people),
audit (what happened) and core (errors, cryptography, parsing: no models, nothing of ours imported).
"""
