"""`specs`: naming a clause must change nothing of the code that names it."""

from idp.core.specs import implements


def test_what_names_its_clause_is_what_it_was() -> None:
    def rule() -> str:
        return "kept"

    class Rule:
        pass

    assert implements("RFC 0000", "1.2")(rule) is rule
    assert implements("RFC 0000", "3")(Rule) is Rule
