"""The values of the authorization request that this provider speaks: acted upon by the checks, announced by discovery."""

# OIDC Core §3.1.2.1 `prompt`.
PROMPTS = ("none", "login", "consent")

# OAuth 2.0 Multiple Response Types §2.1 `response_mode`.
RESPONSE_MODES = ("query",)
