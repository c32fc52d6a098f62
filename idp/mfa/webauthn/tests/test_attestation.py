"""Which authenticators staff may enrol, judged with certificates and metadata made here."""

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
import time_machine
from pytest_django import Settings

from idp.accounts.models import User
from idp.accounts.roles import Role
from idp.mfa.webauthn.attestation import AuthenticatorRefused, MetadataUnusable, judge, wants_attestation
from idp.mfa.webauthn.metadata_blob import BlobRefused, read_blob
from idp.mfa.webauthn.models import Passkey
from idp.mfa.webauthn.services.enrol import enrolment_options
from idp.mfa.webauthn.tests.conftest import PLACE, enrolled
from idp.mfa.webauthn.tests.fido import SERVICE, attestation, blob, entry, issued, signed

KEY = "2fc0579f-8113-47ea-b116-bb5a8db9202a"
OTHER = "ee882879-721c-4913-9775-3dfcce97072a"
NOBODY = "00000000-0000-0000-0000-000000000000"

FIDO_ROOT = issued("FIDO root")
FIDO_CA = issued("FIDO CA", FIDO_ROOT)
FIDO = issued("FIDO", FIDO_CA, host=SERVICE)
MAKER = issued("Maker root")
TOKEN = issued("Token", MAKER, host="token.example")


@pytest.fixture
def files(tmp_path: Path, settings: Settings) -> Path:
    """Where the operator keeps the metadata and its root."""
    settings.IDP_PASSKEY_METADATA_FILE = tmp_path / "blob.jwt"
    settings.IDP_PASSKEY_METADATA_ROOT_FILE = tmp_path / "root.pem"
    (tmp_path / "root.pem").write_bytes(FIDO_ROOT.pem)
    lay_down(tmp_path, blob(FIDO, FIDO_CA, entries=[entry(KEY, MAKER), entry(OTHER)]))
    return tmp_path


def lay_down(folder: Path, content: bytes) -> None:
    (folder / "blob.jwt").write_bytes(content)


def enrol(aaguid: str | UUID = KEY, *, role: str = "staff", form: str = "packed", proof: bytes | None = None) -> None:
    judge(role=role, aaguid=aaguid, attestation_format=form, attestation_object=attestation(TOKEN) if proof is None else proof)


def reason(aaguid: str = KEY, *, form: str = "packed", proof: bytes | None = None) -> str:
    """Why staff may not; the person reads one sentence whatever it is."""
    with pytest.raises(AuthenticatorRefused) as refused:
        enrol(aaguid, form=form, proof=proof)
    assert "security key" in str(refused.value.message)
    return refused.value.detail


@pytest.mark.parametrize("role", ["client", "super_vendor", "staff", "super_admin"])
def test_nobody_is_asked_unless_the_operator_says_so(role: str) -> None:
    assert not wants_attestation(role=role)
    enrol(NOBODY, role=role, form="none", proof=b"")


@pytest.mark.spec("WebAuthn L3", "7.1")
def test_staff_enrol_what_is_on_the_list(settings: Settings) -> None:
    settings.IDP_PASSKEY_STAFF_AAGUIDS = frozenset({UUID(KEY)})
    assert wants_attestation(role="super_editor")
    enrol()
    enrol(UUID(KEY))
    assert "not on the list" in reason(OTHER)
    assert "unreadable AAGUID" in reason("what?")


@pytest.mark.django_db
@pytest.mark.spec("WebAuthn L3", "7.1")
def test_the_rule_holds_for_every_passkey_that_staff_bring(settings: Settings, make_user: Callable[..., User]) -> None:
    settings.IDP_PASSKEY_STAFF_AAGUIDS = frozenset({UUID(KEY)})
    kemi, ada = make_user(email="kemi@example.com", role=Role.SUPPORT), make_user(email="ada@example.com")
    assert [enrolment_options(user_id=one.pk, place=PLACE)["attestation"] for one in (kemi, ada)] == ["direct", "none"]
    with pytest.raises(AuthenticatorRefused):
        enrolled(kemi)
    enrolled(ada)
    assert [passkey.user for passkey in Passkey.objects.all()] == [ada]


def test_an_aaguid_without_attestation_is_nobodys_word(settings: Settings) -> None:
    settings.IDP_PASSKEY_STAFF_AAGUIDS = frozenset({UUID(KEY)})
    assert reason(form="none") == "no attestation"


@pytest.mark.parametrize("role", ["client", "vendor", "super_client", "super_vendor"])
def test_customers_enrol_what_they_like(settings: Settings, files: Path, role: str) -> None:
    settings.IDP_PASSKEY_STAFF_AAGUIDS = frozenset({UUID(KEY)})
    assert not wants_attestation(role=role)
    enrol(OTHER, role=role, form="none", proof=b"")


def test_list_and_metadata_both_count(settings: Settings, files: Path) -> None:
    settings.IDP_PASSKEY_STAFF_AAGUIDS = frozenset({UUID(OTHER)})
    assert "not on the list" in reason(KEY)
    assert "does not prove" in reason(OTHER)


def test_what_the_metadata_knows_and_the_attestation_proves_is_enrolled(files: Path) -> None:
    enrol()
    maker_ca = issued("Maker CA", MAKER)
    enrol(proof=attestation(issued("Token", maker_ca, host="token.example"), maker_ca))
    lay_down(files, blob(FIDO, FIDO_CA, entries=[entry(KEY, TOKEN)]))
    enrol()


def test_a_make_nobody_listed_is_refused(files: Path) -> None:
    assert "not in the metadata" in reason("12345678-1234-1234-1234-123456789abc")
    assert "not in the metadata" in reason(NOBODY)


@pytest.mark.parametrize(
    "proof",
    [
        attestation(),
        attestation(issued("Token", issued("Maker root"), host="token.example")),
        attestation(issued("Token", MAKER, host="token.example", days=-1)),
        attestation(issued("Token", TOKEN, host="token.example"), TOKEN),
    ],
    ids=["self", "of a stranger with the maker's name", "run out", "issued by a token"],
)
def test_an_attestation_that_leads_elsewhere_proves_nothing(files: Path, proof: bytes) -> None:
    assert "does not prove" in reason(proof=proof)


def test_a_make_without_certificates_cannot_be_proven(files: Path) -> None:
    assert "does not prove" in reason(OTHER)


@pytest.mark.parametrize("proof", [b"", b"\xff", b"\xa0"])
def test_an_attestation_that_cannot_be_read_proves_nothing(files: Path, proof: bytes) -> None:
    assert "unreadable attestation" in reason(proof=proof)


@pytest.mark.parametrize(
    "status",
    [
        "REVOKED", "USER_VERIFICATION_BYPASS", "ATTESTATION_KEY_COMPROMISE", "USER_KEY_REMOTE_COMPROMISE",
        "USER_KEY_PHYSICAL_COMPROMISE",
    ],
)  # fmt: skip
def test_what_was_ever_broken_is_refused(files: Path, status: str) -> None:
    lay_down(files, blob(FIDO, FIDO_CA, entries=[entry(KEY, MAKER, statuses=["FIDO_CERTIFIED", status, "UPDATE_AVAILABLE"])]))
    assert status in reason()


def test_metadata_that_ran_out_lets_nobody_enrol(files: Path) -> None:
    lay_down(files, blob(FIDO, FIDO_CA, entries=[entry(KEY, MAKER)], next_update="2030-05-01"))
    with time_machine.travel(dt.datetime(2030, 5, 1, 23, 59, tzinfo=dt.UTC)):
        enrol()
    with time_machine.travel(dt.datetime(2030, 5, 2, 0, 1, tzinfo=dt.UTC)), pytest.raises(MetadataUnusable):
        enrol()


def test_a_file_that_is_gone_or_replaced_is_noticed(files: Path) -> None:
    enrol()
    lay_down(files, blob(FIDO, FIDO_CA, entries=[entry(KEY, MAKER, statuses=["REVOKED"])]))
    os.utime(files / "blob.jwt", ns=(1, 1))
    assert "REVOKED" in reason()
    (files / "blob.jwt").unlink()
    with pytest.raises(MetadataUnusable):
        enrol()


@pytest.mark.spec("FIDO MDS3", "3.2")
@pytest.mark.parametrize(
    "content",
    [
        blob(issued("FIDO", issued("FIDO root"), host=SERVICE)),
        blob(issued("FIDO", FIDO_CA, host="www.example.com"), FIDO_CA),
        blob(FIDO_CA),
        blob(FIDO),
        blob(issued("FIDO", FIDO_CA, host=SERVICE, days=-1), FIDO_CA),
        blob(FIDO, FIDO_CA)[:-8] + b"AAAAAAAA",
        blob(FIDO, FIDO_CA).replace(b".", b".A", 1),
        signed(FIDO, FIDO_CA, payload={"nextUpdate": "soon", "entries": []}),
        signed(FIDO, FIDO_CA, payload={"entries": []}),
        signed(FIDO, FIDO_CA, payload=[]),
        b"eyJhbGciOiJub25lIn0.e30.",
        b"eyJhbGciOiJFUzI1NiJ9.e30.AA",
        b"\xff\xfe",
        b"",
    ],
    ids=[
        "another root", "another host under the same root", "an authority signs itself", "without the CA between", "run out",
        "another signature", "another payload", "no date", "date missing", "no object",
        "unsigned", "no chain", "no text", "empty",
    ],
)  # fmt: skip
def test_only_the_service_itself_is_believed(files: Path, content: bytes) -> None:
    with pytest.raises(BlobRefused):
        read_blob(content, root_pem=FIDO_ROOT.pem)
    lay_down(files, content)
    os.utime(files / "blob.jwt", ns=(2, 2))
    with pytest.raises(MetadataUnusable) as refused:
        enrol()
    assert refused.value.status == 503


def test_a_root_that_is_none_believes_nothing() -> None:
    with pytest.raises(BlobRefused):
        read_blob(blob(FIDO, FIDO_CA), root_pem=b"not a certificate")


def test_the_blob_may_be_as_large_as_the_world() -> None:
    many = [entry(str(UUID(int=number)), MAKER) for number in range(1, 3000)]
    assert len(read_blob(blob_of(many), root_pem=FIDO_ROOT.pem).makes) == 2999


def blob_of(entries: list[dict[str, object]]) -> bytes:
    return blob(FIDO, FIDO_CA, entries=entries)
