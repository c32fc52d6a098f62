"""How strongly a person must sign in, from what they have and what their role asks. Pure."""

from idp.core.specs import implements
from idp.login.acr import ONE_FACTOR, PHISHING_RESISTANT, TWO_FACTORS
from idp.mfa.standing import Standing

# How long a sign-in lets in to add or remove a factor, seconds.
FRESH_SECONDS = 600


def floor_of(standing: Standing) -> str:
    """The acr below which this person is let in nowhere."""
    return TWO_FACTORS if standing.needs_second_factor else ONE_FACTOR


@implements("OWASP ASVS 5.0", "6.3.3")
def ordinary_floor_of(standing: Standing) -> str:
    """The same in an ordinary sign-in, where a remembered device spares people the second factor that only they ask for.

    It is no proof: what is reached without the factor stays `aal1`, so whoever asks for more gets it shown.
    """
    return ONE_FACTOR if standing.is_remembered and may_be_remembered(standing) else floor_of(standing)


def may_be_remembered(standing: Standing) -> bool:
    """Only who is free to do without a second factor altogether: whose role asks for it shows it at every sign-in."""
    return not standing.bound_by_role


def strongest_of(standing: Standing) -> str:
    """The acr of the strongest factors they have: what it takes to see or change any of them (OWASP ASVS 5.0 V7.5.1).

    A passkey that the browser made by itself raises nothing: its person may not know of it, has no recovery codes for the day
    it is lost, and is no worse off than with the password alone.
    """
    return PHISHING_RESISTANT if standing.asks_for_passkey else floor_of(standing)
