"""The people of the demo, one of each kind that signs in. Their passwords are public: demo mode is loopback only."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class DemoPerson:
    """Somebody who can sign in to the demo; `profile` holds standard claims by their names (OIDC Core §5.1)."""

    email: str
    password: str
    role: str
    profile: dict[str, Any]


PEOPLE = (
    DemoPerson(
        email="shopper@example.com",
        password="shopper-likes-ankara-7",
        role="client",
        profile={
            "given_name": "Adaeze",
            "family_name": "Okafor",
            "name": "Adaeze Okafor",
            "nickname": "Ada",
            "locale": "en-NG",
            "zoneinfo": "Africa/Lagos",
        },
    ),
    DemoPerson(
        email="vendor@example.com",
        password="vendor-sews-aso-oke-7",
        role="vendor",
        profile={"given_name": "Tunde", "family_name": "Bello", "name": "Tunde Bello", "locale": "en-NG"},
    ),
    DemoPerson(
        email="support@example.com",
        password="support-answers-soon-7",
        role="support",
        profile={"given_name": "Kemi", "family_name": "Adeyemi", "name": "Kemi Adeyemi", "locale": "en-NG"},
    ),
    DemoPerson(
        email="admin@example.com",
        password="admin-keeps-the-keys-7",
        role="admin",
        profile={"given_name": "Ngozi", "family_name": "Eze", "name": "Ngozi Eze", "locale": "en-NG"},
    ),
    # The one who may change something on the staff pages.
    DemoPerson(
        email="super@example.com",
        password="super-mends-the-seams-7",
        role="super_admin",
        profile={"given_name": "Bisi", "family_name": "Adewale", "name": "Bisi Adewale", "locale": "en-NG"},
    ),
)
