"""Addresses of the account API, below `/api/v1/account/`."""

from django.urls import path

from idp.account_api.addresses import AddressCode, NewAddress, OwnAddresses
from idp.account_api.api import Me
from idp.account_api.authenticators import App, AppFirstCode, Apps, Authenticators, RecoveryCodes
from idp.account_api.connected_apps import ConnectedApp, ConnectedApps
from idp.account_api.connected_services import ConnectedService, ConnectedServices
from idp.account_api.devices import RememberedDevice, RememberedDevices
from idp.account_api.passkeys import Passkey, PasskeyOptions, Passkeys
from idp.account_api.password import Password
from idp.account_api.privacy import DataExport, Deletion, Marketing, PrivacyDesk, Restriction
from idp.account_api.proof import SignInProof
from idp.account_api.sessions import Session, Sessions

app_name = "account_api"

urlpatterns = [
    path("me", Me.as_view(), name="me"),
    path("password", Password.as_view(), name="password"),
    path("proof", SignInProof.as_view(), name="proof"),
    path("addresses", OwnAddresses.as_view(), name="addresses"),
    path("addresses/new", NewAddress.as_view(), name="address_new"),
    path("addresses/new/code", AddressCode.as_view(), name="address_code"),
    path("sessions", Sessions.as_view(), name="sessions"),
    path("sessions/<uuid:sid>", Session.as_view(), name="session"),
    path("devices", RememberedDevices.as_view(), name="devices"),
    path("devices/<uuid:device_id>", RememberedDevice.as_view(), name="device"),
    path("apps", ConnectedApps.as_view(), name="connected_apps"),
    path("apps/<str:client_id>", ConnectedApp.as_view(), name="connected_app"),
    path("authenticators", Authenticators.as_view(), name="authenticators"),
    path("authenticators/totp", Apps.as_view(), name="apps"),
    path("authenticators/totp/<uuid:factor_id>", App.as_view(), name="app"),
    path("authenticators/totp/<uuid:factor_id>/confirm", AppFirstCode.as_view(), name="app_first_code"),
    path("authenticators/passkey", Passkeys.as_view(), name="passkeys"),
    path("authenticators/passkey/options", PasskeyOptions.as_view(), name="passkey_options"),
    path("authenticators/passkey/<uuid:factor_id>", Passkey.as_view(), name="passkey"),
    path("authenticators/recovery_codes", RecoveryCodes.as_view(), name="recovery_codes"),
    path("services", ConnectedServices.as_view(), name="connected_services"),
    path("services/<uuid:link_id>", ConnectedService.as_view(), name="connected_service"),
    path("privacy", PrivacyDesk.as_view(), name="privacy"),
    path("privacy/marketing", Marketing.as_view(), name="privacy_marketing"),
    path("privacy/restriction", Restriction.as_view(), name="privacy_restriction"),
    path("privacy/export", DataExport.as_view(), name="privacy_export"),
    path("privacy/deletion", Deletion.as_view(), name="privacy_deletion"),
]
