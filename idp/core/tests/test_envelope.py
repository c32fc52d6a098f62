"""`envelope`: the shape the front end reads."""

from idp.core import envelope, errors


def test_success_has_the_four_members() -> None:
    assert envelope.success("Done.", {"a": 1}, {"page": 2}) == {
        "success": True, "message": "Done.", "data": {"a": 1}, "meta": {"page": 2},
    }  # fmt: skip
    assert envelope.success("Done.") == {"success": True, "message": "Done.", "data": None, "meta": {}}


def test_failure_names_fields_and_request_and_hides_the_detail() -> None:
    error = errors.InvalidInput("Check this.", fields={"email": ["Missing.", "Short."]}, detail="secret")
    assert envelope.failure(error, request_id="r1") == {
        "success": False,
        "message": "Check this.",
        "code": "invalid_input",
        "errors": {"email": ["Missing.", "Short."]},
        "meta": {"request_id": "r1"},
    }
