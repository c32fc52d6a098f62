"""The addresses of the sign-in pages, one path per step, so that services can name them without knowing HTTP."""

from idp.login.types import StepName


def step_path(uid: str, step: StepName) -> str:
    """The local path of a step; `urls.py` routes it and a test holds the two together."""
    return f"/login/{uid}/{step}"


def restart_path(uid: str) -> str:
    """The first step, asked again: the link "Not you?"."""
    return f"{step_path(uid, StepName.IDENTIFIER)}?restart=1"
