"""How soon a password would be guessed, by zxcvbn (D. L. Wheeler, USENIX Security 2016): 0 at once, 4 never.

What is scored is bounded, because zxcvbn tries every reading of `4`, `@`, `1`, `!` and their like: a hostile text of them would
take seconds. The part that is left out could only make a password stronger.
"""

from collections.abc import Iterable

from idp.accounts.password_policy.blocklist import context_words

GOOD_ENOUGH = 2
BEST = 4
_LONGEST_SCORED = 48
# Characters that stand for letters; with so many different ones it is no word in disguise.
_DISGUISES = frozenset("48@({[<369&#!1|0$5+7%2")
_MOST_DISGUISES = 8


def score_of(password: str, words: Iterable[str] = ()) -> int:
    """0 to 4; below `GOOD_ENOUGH` it would not stand up to a patient guesser."""
    from zxcvbn import zxcvbn  # noqa: PLC0415 - megabytes of word lists, for few

    scored = _bounded(password)
    return int(zxcvbn(scored, user_inputs=context_words(words))["score"]) if scored else 0


def _bounded(password: str) -> str:
    """The beginning, up to where it holds too many different characters in disguise."""
    seen: set[str] = set()
    beginning = password[:_LONGEST_SCORED]
    for position, char in enumerate(beginning):
        if char in _DISGUISES:
            seen.add(char)
        if len(seen) > _MOST_DISGUISES:
            return beginning[:position]
    return beginning
