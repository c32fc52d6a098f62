"""Files of invented people to move in, in every shape the backend stores: for the tests, and for the measurement of an import."""

import base64
import csv
import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import argon2
import bcrypt

# Of everybody here.
PASSWORD = "seventeen copper kettles sing"
SALT = "NaClNaClNaClNaClNaClNa"
_ROLES = ("client", "client", "client", "vendor", "client", "super_vendor", "support", "editor")


def _in_base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def hashes() -> dict[str, str]:
    """One of each kind, as cheap as it may be; a file is made of them again and again."""
    secret = PASSWORD.encode()
    hexadecimal = hashlib.sha256(secret).hexdigest().encode()
    return {
        "argon2": "argon2" + argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=2).hash(PASSWORD),
        "pbkdf2_sha256": f"pbkdf2_sha256$10${SALT}${_in_base64(hashlib.pbkdf2_hmac('sha256', secret, SALT.encode(), 10))}",
        "pbkdf2_sha1": f"pbkdf2_sha1$10${SALT}${_in_base64(hashlib.pbkdf2_hmac('sha1', secret, SALT.encode(), 10))}",
        "bcrypt_sha256": f"bcrypt_sha256${bcrypt.hashpw(hexadecimal, bcrypt.gensalt(4)).decode()}",
        "scrypt": f"scrypt$2${SALT}$1$1${_in_base64(hashlib.scrypt(secret, salt=SALT.encode(), n=2, r=1, p=1, dklen=64))}",
        "none": "!nobody-chose-one",
    }


def person(number: int, **other: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever a row may hold
    """Row `number` of an endless export; `other` members take the place of its own, None leaves one out."""
    by_phone = number % 3 == 2
    row = {
        "id": str(uuid.UUID(int=(0x018F0000 << 96) | (7 << 76) | (2 << 62) | number)),
        # Upper case as people type it, and the spaces that the backend's library writes.
        "email": None if by_phone else f"Shopper{number}@Example.com",
        "phone": f"+234 80{number // 10**7 % 10} {number // 10**4 % 1000:03} {number % 10**4:04}" if by_phone else None,
        "role": _ROLES[number % len(_ROLES)],
        "auth_provider": "phone" if by_phone else "google" if number % 7 == 0 else "email",
        "is_active": True,
        "is_verified": True,
        "is_deleted": False,
        "member_id": f"FASTAR{number:06}",
        "first_name": "Ngozi",
        "last_name": f"Okafor-{number}",
        "preferred_language": "en",
        "timezone": "Africa/Lagos",
        "marketing_consent": number % 5 == 0,
        "date_joined": "2025-03-01 09:30:00+00:00",
    }
    return {name: value for name, value in {**row, **other}.items() if value is not None}


def people(count: int, *, kinds: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The first rows of the export, their hashes one kind after the other."""
    stored = list(kinds.values())
    for number in range(count):
        yield person(number, password=stored[number % len(stored)])


def write(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    """The rows as a file, in the format of its name."""
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            from idp.joining.schemas import COLUMNS

            table = csv.DictWriter(file, COLUMNS, extrasaction="raise")
            table.writeheader()
            table.writerows(rows)
        else:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return path
