"""Addresses on staff pages: enough for their owner to recognise, too little for anybody else to use."""

_DOTS = "•••"
_COUNTRY = 4
_END = 3


def masked_email(address: str | None) -> str:
    """`ada@example.com` as `a•••@example.com`; nothing for nothing."""
    if not address:
        return ""
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}{_DOTS}@{domain}"


def masked_phone(number: str | None) -> str:
    """`+2348012345677` as `+234••••677`; a number too short to hide anything shows its end only. Nothing for nothing."""
    if not number:
        return ""
    head = number[:_COUNTRY] if len(number) > _COUNTRY + 2 * _END else ""
    return f"{head}••••{number[-_END:]}"
