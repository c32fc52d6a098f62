"""What a person is shown of a secret that does not count yet: as a picture, as a link for this very phone, as text to type."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from idp.mfa.totp.models import TotpAuthenticator
from idp.mfa.totp.secret import enrolment_uri, qr_svg

# How the entry is called in the app.
_ISSUER = "Fashionistar"
_GROUP = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One secret in its three forms; each gives it away, so none is stored or logged."""

    secret: str
    uri: str
    qr: SafeString

    @property
    def key(self) -> str:
        """The secret in groups, as people copy it."""
        return " ".join(self.secret[start : start + _GROUP] for start in range(0, len(self.secret), _GROUP))


def offer_of(pending: TotpAuthenticator, *, account: str) -> Offer:
    """The secret of an enrolment; `account` is the name the app will list it under."""
    secret = str(pending.secret)
    uri = enrolment_uri(secret=secret, account=account, issuer=_ISSUER)
    # Drawn by our own library, from an address in which whatever a person typed is percent-encoded.
    return Offer(secret=secret, uri=uri, qr=SafeString(qr_svg(uri)))
