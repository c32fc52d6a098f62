"""`specs`: the registry behind the specification matrix."""

from idp.core.specs import Clause, clauses, implements


def test_the_decorator_records_the_clause_and_changes_nothing() -> None:
    def rule() -> str:
        return "kept"

    marked = implements("RFC 0000", "1.2")(rule)
    assert marked is rule
    assert clauses()[-1] == Clause("RFC 0000", "1.2", f"{__name__}.{rule.__qualname__}")


def test_classes_can_fulfil_clauses_too() -> None:
    @implements("RFC 0000", "3")
    class Rule:
        pass

    assert clauses()[-1].code.endswith("Rule")
    assert Rule.__name__ == "Rule"
