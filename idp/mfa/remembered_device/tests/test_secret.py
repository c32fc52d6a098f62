"""The secret of a remembered device: ours, different each time, and no stand-in for another cookie of ours."""

import pytest

from idp.core import tagged
from idp.mfa.remembered_device.secret import digest_of, new_secret


def test_each_has_its_own_digest_which_tells_nothing_of_it() -> None:
    one, other = new_secret(), new_secret()
    assert len({digest_of(one), digest_of(other)}) == 2
    assert len(digest_of(one)) == 64
    assert digest_of(one) == digest_of(one)
    assert one not in digest_of(one)


@pytest.mark.parametrize("text", ["", ".", "x", "x.y", "\xe9.\xe9"])
def test_nothing_that_we_did_not_mint_for_this_has_one(text: str) -> None:
    assert digest_of(text) == ""
    assert digest_of(f"{new_secret()}x") == ""
    assert digest_of(tagged.mint("browser-cookie")) == ""
