"""Which module is the page of a step."""

from collections.abc import Mapping

from idp.login.steps import (
    authenticator_app,
    check_messages,
    first_passkey,
    first_password,
    forgotten_password,
    identifier,
    join,
    new_password,
    passkey,
    password,
    recovery_code,
    recovery_codes,
    set_up,
    set_up_passkey,
    sign_up,
    upgrade,
    verify_address,
)
from idp.login.steps.page import Step
from idp.login.types import StepName

PAGES: Mapping[StepName, Step] = {
    StepName.IDENTIFIER: identifier,
    StepName.SIGN_UP: sign_up,
    StepName.JOIN: join,
    StepName.VERIFY_ADDRESS: verify_address,
    StepName.FIRST_PASSKEY: first_passkey,
    StepName.FIRST_PASSWORD: first_password,
    StepName.FORGOTTEN_PASSWORD: forgotten_password,
    StepName.CHECK_MESSAGES: check_messages,
    StepName.NEW_PASSWORD: new_password,
    StepName.PASSWORD: password,
    StepName.PASSKEY: passkey,
    StepName.AUTHENTICATOR_APP: authenticator_app,
    StepName.RECOVERY_CODE: recovery_code,
    StepName.SET_UP: set_up,
    StepName.SET_UP_PASSKEY: set_up_passkey,
    StepName.RECOVERY_CODES: recovery_codes,
    StepName.UPGRADE: upgrade,
}
