"""`schemas`: what an account may be made of, each refusal with its sentence."""

import json

import pytest
from pydantic import SecretStr

from idp.accounts.roles import Role
from idp.accounts.schemas import Credentials, NewUser, Profile, ProfileFile
from idp.core.api_ingress import parsed
from idp.core.errors import InvalidInput

FULL = {
    "name": "Ada Lovelace", "given_name": "Ada", "family_name": "Lovelace", "middle_name": "King", "nickname": "Ada",
    "preferred_username": "ada", "profile": "https://ada.example/", "picture": "https://ada.example/a.png",
    "website": "http://ada.example", "gender": "female", "birthdate": "1815-12-10", "zoneinfo": "Africa/Lagos",
    "locale": "en-NG",
    "address": {
        "formatted": "12 Broad Street\nLagos", "street_address": "12 Broad Street\r\nFlat 2", "locality": "Lagos",
        "region": "Lagos", "postal_code": "101233", "country": "Nigeria",
    },
}  # fmt: skip


def refusal(values: object, model: type[NewUser] | type[Profile] | type[ProfileFile]) -> dict[str, list[str]]:
    with pytest.raises(InvalidInput) as caught:
        parsed(values, model)
    return {name: [str(text) for text in texts] for name, texts in caught.value.fields.items()}


@pytest.mark.spec("OIDC Core", "5.1")
def test_every_standard_claim_is_taken() -> None:
    profile = parsed(json.loads(json.dumps(FULL)), Profile)
    assert profile.model_dump(exclude={"address"}) == {name: text for name, text in FULL.items() if name != "address"}
    assert profile.address.street_address == "12 Broad Street\nFlat 2"


@pytest.mark.parametrize(
    ("claim", "value", "sentence"),
    [
        ("given_name", 7, "This must be text."),
        ("given_name", None, "This must be text."),
        ("given_name", "x" * 101, "This is too long."),
        ("given_name", "a\u202eb", "control characters are not allowed"),
        ("picture", "javascript:alert(1)", "Please enter a web address that begins with https://."),
        ("website", "ada.example", "Please enter a web address that begins with https://."),
        ("birthdate", "10.12.1815", "This is not in the expected form."),
        ("birthdate", "1815-13-10", "Please enter a date such as 1990-12-31."),
        ("birthdate", "0000-02-30", "Please enter a date such as 1990-12-31."),
        ("zoneinfo", "../../etc/passwd", "This is not in the expected form."),
        ("locale", "english!", "This is not in the expected form."),
        ("address", "Lagos", "This must be an object."),
        ("sub", "1", "This field is not known here."),
        ("is_staff", True, "This field is not known here."),
    ],
)
def test_a_bad_claim_is_named_with_one_sentence(claim: str, value: object, sentence: str) -> None:
    assert refusal({claim: value}, Profile) == {claim: [sentence]}


@pytest.mark.parametrize("birthdate", ["", "1815", "1815-12-10", "0000-02-29", "2000-02-29"])
def test_birthdates_may_lack_a_part(birthdate: str) -> None:
    assert parsed({"birthdate": birthdate}, Profile).birthdate == birthdate


def test_members_of_the_address_are_named_too() -> None:
    assert refusal({"address": {"locality": 7, "planet": "Earth"}}, Profile) == {
        "address.locality": ["This must be text."],
        "address.planet": ["This field is not known here."],
    }
    assert refusal({"address": {"formatted": "a\x00b"}}, Profile)["address.formatted"]


def test_an_account_needs_an_identifier_and_names_bad_ones() -> None:
    assert refusal({}, NewUser) == {"non_field_errors": ["Please give an email address or a phone number."]}
    assert "email" in refusal({"email": "nonsense"}, NewUser)
    assert "phone_number" in refusal({"phone_number": "12"}, NewUser)
    assert refusal({"email": "a@b.cd", "phone_number_verified": True}, NewUser)["non_field_errors"]
    assert refusal({"phone_number": "08012345678", "email_verified": True}, NewUser)["non_field_errors"]


def test_identifiers_arrive_normalised() -> None:
    new = parsed({"email": " ADA@Example.com ", "phone_number": "0801 234 5678", "role": Role.VENDOR}, NewUser)
    assert (new.email, new.phone_number, new.role) == ("ada@example.com", "+2348012345678", Role.VENDOR)


def test_verified_speaks_for_what_is_given_only() -> None:
    both = NewUser(email="a@b.cd", phone_number="08012345678", verified=True)
    assert (both.is_email_verified, both.is_phone_number_verified) == (True, True)
    one = NewUser(email="a@b.cd", verified=True)
    assert (one.is_email_verified, one.is_phone_number_verified) == (True, False)
    own = NewUser(email="a@b.cd", phone_number="08012345678", phone_number_verified=True)
    assert (own.is_email_verified, own.is_phone_number_verified) == (False, True)


def test_a_profile_file_may_name_identifiers_but_never_a_password() -> None:
    told = parsed({"email": "ADA@example.com", "email_verified": True, "name": "Ada"}, ProfileFile)
    assert (told.email, told.email_verified, told.name) == ("ada@example.com", True, "Ada")
    assert refusal({"password": "x"}, ProfileFile) == {"password": ["This field is not known here."]}
    assert refusal({"email_verified": "yes"}, ProfileFile) == {"email_verified": ["This must be yes or no."]}


def test_passwords_are_kept_as_received_and_never_shown() -> None:
    raw = "  Pa\u0301ss\x00 wörd  "
    credentials = Credentials(identifier="ada", password=SecretStr(raw))
    assert credentials.password.get_secret_value() == raw
    assert raw not in repr(credentials)
    assert raw not in credentials.model_dump_json()
