"""The addresses of the sign-in pages, one path per step, so that services can name them without knowing HTTP."""

from idp.login.types import StepName

# For our own pages: `?next=/a/path`, and `fresh` for somebody who shall prove anew.
ENTRANCE = "/login"


def step_path(uid: str, step: StepName) -> str:
    """The local path of a step; `urls.py` routes it and a test holds the two together."""
    return f"/login/{uid}/{step}"


def passkey_anew_path(uid: str) -> str:
    """A passkey instead of a name, whoever was known so far."""
    return f"{step_path(uid, StepName.PASSKEY)}?restart=1"


def sign_up_path(uid: str) -> str:
    """The page that makes an account, whoever was known so far."""
    return f"{step_path(uid, StepName.SIGN_UP)}?restart=1"


def elsewhere_path(uid: str, provider: str) -> str:
    """Where the button of another service is pressed; `idp.federation` routes it."""
    return f"/federation/{provider}/{uid}"


def forgotten_path(uid: str) -> str:
    """The page for whoever forgot the password; whoever was named so far stands in its field."""
    return step_path(uid, StepName.FORGOTTEN_PASSWORD)


def restart_path(uid: str) -> str:
    """The first step, asked again: the link "Not you?"."""
    return f"{step_path(uid, StepName.IDENTIFIER)}?restart=1"
