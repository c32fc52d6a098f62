"""The part of the environment that says how mail and text messages leave: server, gateway, and what they are told who writes.

`env.Environment` adds everything else. Without a mail server nothing is mailed: on a developer's machine the messages stay
readable in the outbox, in production they wait until they expire, and the start warns about it.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings

from idp.config import env_values as values

MailSecurity = Literal["starttls", "tls", "none"]
TextGateway = Literal["console", "twilio", "termii"]
Gatewayed = Annotated[str, BeforeValidator(values.origin)]


class DeliveryEnvironment(BaseSettings):
    """Mail by SMTP, text messages by the HTTP interface of a gateway."""

    mail_host: Annotated[str, BeforeValidator(values.host_name)] = Field("", validation_alias="IDP_MAIL_HOST")
    mail_port: Annotated[int, BeforeValidator(values.whole_number(1, 65535))] = Field(587, validation_alias="IDP_MAIL_PORT")
    mail_security: Annotated[MailSecurity, BeforeValidator(values.one_of("starttls", "tls", "none"))] = Field(
        "starttls", validation_alias="IDP_MAIL_SECURITY"
    )
    mail_user: str = Field("", validation_alias="IDP_MAIL_USER")
    mail_password: SecretStr = Field(SecretStr(""), validation_alias="IDP_MAIL_PASSWORD")
    # An address, or a name with one: Fashionistar <no-reply@fashionistar.example>. Empty: no-reply at the issuer's host.
    mail_from: Annotated[str, BeforeValidator(values.sender)] = Field("", validation_alias="IDP_MAIL_FROM")

    text_gateway: Annotated[TextGateway, BeforeValidator(values.one_of("console", "twilio", "termii"))] = Field(
        "console", validation_alias="IDP_SMS_GATEWAY"
    )
    # Where the gateway's interface is; empty: its public address.
    text_url: Gatewayed = Field("", validation_alias="IDP_SMS_URL")
    # Twilio: the account SID. Termii has none.
    text_user: str = Field("", validation_alias="IDP_SMS_USER")
    text_secret: SecretStr = Field(SecretStr(""), validation_alias="IDP_SMS_SECRET")
    # The number or name that a text message comes from.
    text_from: str = Field("", validation_alias="IDP_SMS_FROM")
