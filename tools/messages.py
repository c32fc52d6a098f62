"""`python -m tools.messages update|compile`: the sentences people read, in the languages of `idp/locale`.

`update` collects every sentence marked for translation in the code and the templates and brings it into each language's
`django.po`, where people translate it; what is gone leaves. `compile` writes the `django.mo` that gettext reads (`make setup`).
"""

import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "idp" / "locale"
TEMPLATES = ROOT / "frontend" / "templates"
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
}
# Read by developers of clients (RFC 6749 §5.2: ASCII), by staff, or in the demo: English is enough there.
_ENGLISH_ONLY = (
    "idp/config/api_docs.py", "idp/demo/", "idp/oidc/authorize/checks/", "idp/oidc/client_auth/", "idp/oidc/jose/",
    "idp/oidc/endpoints/form.py", "idp/oidc/endpoints/introspection.py", "idp/oidc/endpoints/revocation.py",
    "idp/oidc/endpoints/token.py", "idp/oidc/endpoints/userinfo.py", "idp/oidc/tokens/", "idp/staff/",
    "frontend/templates/admin/", "frontend/templates/api/", "frontend/templates/demo/",
)  # fmt: skip
# Their words are for the person: they are shown, not sent to the application.
_SHOWN = tuple(
    f"idp/oidc/authorize/checks/{name}.py" for name in ("known_client", "registered_redirect_uri", "single_valued_parameters")
)
_LINE_WIDTH = 130


def catalogs() -> list[Path]:
    """The file of each language."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def language_of(file: Path) -> str:
    """`fr` of `idp/locale/fr/LC_MESSAGES/django.po`."""
    return file.parents[1].name


def collected() -> Catalog:
    """Every sentence marked for translation, with the files it stands in."""
    catalog = Catalog()
    for file, python in _sources():
        for _line, words, comments, _context in extract("python", io.BytesIO(python.encode()), keywords=_KEYWORDS):
            catalog.add(words, locations=[(str(file.relative_to(ROOT)), 1)], auto_comments=comments)
    return catalog


def _sources() -> Iterator[tuple[Path, str]]:
    """Each file as Python; Django writes a template as calls of gettext."""
    for file in [*sorted((ROOT / "idp").rglob("*.py")), *sorted(TEMPLATES.rglob("*.html"))]:
        name = str(file.relative_to(ROOT))
        if "/tests/" in name or (name.startswith(_ENGLISH_ONLY) and name not in _SHOWN):
            continue
        text = file.read_text("utf-8")
        yield file, text if file.suffix == ".py" else templatize(text, origin=name)


def read(file: Path) -> Catalog:
    """The translations in this file."""
    with file.open("rb") as stream:
        return read_po(stream, locale=language_of(file))


def update(files: Iterable[Path]) -> None:
    """Bring every sentence of today into these files. A sentence that was reworded waits for its translation."""
    today = collected()
    for file in files:
        catalog = read(file)
        catalog.update(today, no_fuzzy_matching=True, update_creation_date=False)
        catalog.obsolete.clear()
        with file.open("wb") as stream:
            write_po(stream, catalog, width=_LINE_WIDTH, sort_by_file=True, include_lineno=False, omit_header=False)


def compile_all(files: Iterable[Path]) -> None:
    """Write what gettext reads beside each file."""
    for file in files:
        with file.with_suffix(".mo").open("wb") as stream:
            write_mo(stream, read(file))


def main(act: str) -> int:
    """The command; the exit status."""
    acts = {"update": update, "compile": compile_all}
    if act not in acts:
        print(__doc__)
        return 2
    acts[act](catalogs())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
