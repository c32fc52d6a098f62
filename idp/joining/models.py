"""`ImportedAccount`: what an account was imported from, so that the same row is known again at the next run."""

from django.db import models

from idp.accounts.models import User
from idp.core import clock


class ImportedAccount(models.Model):
    """Beside each imported account, a keyed digest of its row. It goes with the account."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="+")
    # 32 bytes. Keyed: the row holds an address and a password hash, which a bare digest would let somebody test guesses on.
    row_digest = models.BinaryField()
    imported_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        return str(self.pk)
