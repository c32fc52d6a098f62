"""The values of the authorization request that this provider speaks: acted upon by the checks, announced by discovery."""

# OIDC Core §3.1.2.1 `prompt`; `create` is of Initiating User Registration §4.
PROMPTS = ("none", "login", "consent", "select_account", "create")

# OAuth 2.0 Multiple Response Types §2.1 and OAuth 2.0 Form Post Response Mode §2; the first is the default of the code flow.
RESPONSE_MODES = ("query", "form_post")

# OIDC Core §3.1.2.1 `display`: our pages are one for all of them, complete without scripts and in any width.
DISPLAYS = ("page", "popup", "touch", "wap")
