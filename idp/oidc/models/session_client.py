"""Which clients take part in a session, so that they can be told when it ends (OIDC Back-Channel Logout §2.5)."""

from django.db import models


class SessionClient(models.Model):
    """One client that got an ID token in one session and wants to hear of its end.

    Tokens cannot say this: they are tidied up long before a session of weeks is over, and the client's own session is not.
    """

    session = models.ForeignKey("login.SsoSession", on_delete=models.CASCADE, related_name="+")
    client = models.ForeignKey("oidc.Client", on_delete=models.CASCADE, related_name="+")

    class Meta:
        """Once, however often the client signs the person in."""

        constraints = [models.UniqueConstraint(fields=["session", "client"], name="oidc_session_client_once")]

    def __str__(self) -> str:
        return f"{self.session_id} {self.client_id}"
