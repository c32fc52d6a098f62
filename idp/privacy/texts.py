"""The words to which people consent, with their version. Who changes the words changes the version: old records name the old."""

from django.utils.translation import gettext_lazy as _

MARKETING = "marketing"
MARKETING_VERSION = "2026-11-28"
MARKETING_TEXT = _("Fashionistar may send me news and offers by email. I can take this back here at any time.")
