"""What developers read in `error_description`: there, complete, and in the characters the specification allows."""

import ast
from collections.abc import Iterator

import pytest

from idp.core.errors import rfc6749_text
from idp.tests.source_tree import production_python

# Whatever makes an error with a name of OAuth or OpenID Connect, directly or through a function of ours.
_MAKERS = {
    "OAuthError", "DisplayedError", "RedirectedError", "invalid_client", "invalid_token", "invalid_request", "insufficient_scope",
}  # fmt: skip


def descriptions() -> Iterator[tuple[str, str]]:
    """Every description written in the protocol's source, and where."""
    for source in production_python():
        if source.path.parts[:2] != ("idp", "oidc"):
            continue
        for call in (node for node in ast.walk(source.tree) if isinstance(node, ast.Call)):
            if getattr(call.func, "id", getattr(call.func, "attr", "")) in _MAKERS:
                yield from ((text, f"{source}:{call.lineno}") for text in _texts(call))


def _texts(call: ast.Call) -> Iterator[str]:
    """The translated sentences among the arguments."""
    for argument in call.args:
        for inner in ast.walk(argument):
            if isinstance(inner, ast.Call) and getattr(inner.func, "id", "") == "_" and isinstance(inner.args[0], ast.Constant):
                yield str(inner.args[0].value)


@pytest.mark.spec("RFC 6749", "5.2")
@pytest.mark.spec("RFC 6750", "3")
def test_every_description_is_a_sentence_in_the_characters_that_are_allowed() -> None:
    found = list(descriptions())
    assert len(found) > 40, "this test looks in the wrong place"
    for text, place in found:
        # Replacing the rest is for what callers send; what we write ourselves needs none.
        assert rfc6749_text(text) == text, place
        # No quotation marks either: a description also stands inside one, in a challenge.
        assert '"' not in text, place
        assert text.endswith("."), place
