"""Each claim that can be asked for singly, in the words of the consent page (OIDC Core §5.5, §3.1.2.4)."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from idp.core.errors import Text

CLAIM_WORDS: Mapping[str, Text] = {
    "name": _("See your full name"),
    "given_name": _("See your first name"),
    "family_name": _("See your family name"),
    "middle_name": _("See your middle name"),
    "nickname": _("See your nickname"),
    "preferred_username": _("See your user name"),
    "profile": _("See the address of your profile page"),
    "picture": _("See your picture"),
    "website": _("See your website"),
    "gender": _("See your gender"),
    "birthdate": _("See your date of birth"),
    "zoneinfo": _("See your time zone"),
    "locale": _("See your language"),
    "updated_at": _("See when your profile last changed"),
    "email": _("See your e-mail address"),
    "email_verified": _("See whether your e-mail address is confirmed"),
    "phone_number": _("See your phone number"),
    "phone_number_verified": _("See whether your phone number is confirmed"),
    "address": _("See your postal address"),
    "role": _("See which kind of account you have"),
    "roles": _("See what your account may do"),
    "is_staff": _("See whether you work for Fashionistar"),
    "member_id": _("See your member number"),
    "auth_provider": _("See how your account was made"),
}
