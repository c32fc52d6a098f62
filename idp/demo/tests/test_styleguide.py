"""The gallery: no screen is forgotten, each is the real template without its scripts, and only they may stand in a frame."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from django.conf import settings
from django.test import Client
from django.test.signals import template_rendered

from idp.core.csp import MAIL_STYLE
from idp.demo.samples.gallery import find_groups
from idp.demo.samples.sample import Sample, render_sample
from idp.login.notice_key import new_key
from idp.tests.pages import read_page

SAMPLES = [sample for group in find_groups() for sample in group.samples]
TEMPLATES = settings.BASE_DIR / "frontend" / "templates"
# What stands at an address of its own that anybody may open here: the demo's pages, the API's, and those of staff.
_SHOWN_LIVE = ("demo/", "api/", "admin/")


def rendered_by(sample: Sample) -> set[str]:
    """The names of all templates that took part."""
    names: set[str] = set()

    def note(template: object, **_signal: object) -> None:
        names.add(str(getattr(template, "name", "")))

    template_rendered.connect(note)
    try:
        render_sample(sample)
    finally:
        template_rendered.disconnect(note)
    return names


def test_no_template_is_forgotten() -> None:
    written = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")}
    shown = set().union(*(rendered_by(sample) for sample in SAMPLES))
    assert {name for name in written if not name.startswith(_SHOWN_LIVE)} - shown == set()


def test_each_sample_has_an_address_of_its_own() -> None:
    slugs = [sample.slug for sample in SAMPLES]
    assert len(slugs) == len(set(slugs))
    assert all(re.fullmatch(r"[a-z0-9-]+", slug) for slug in slugs)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.slug)
def test_a_sample_is_a_whole_page_that_does_nothing(demo: Client, sample: Sample) -> None:
    answer = demo.get(f"/styleguide/{sample.slug}")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<script" not in html
    assert not re.search(r"<[^>]* (autofocus|disabled)\b", html)
    assert html.rstrip().endswith("</html>")
    # Nowhere, to pages of ours, or into the app of the phone.
    assert all(link.startswith(("#", "/", "otpauth:")) for link in read_page(html).links)
    # Everything the template asks for was given: nothing of it is empty.
    assert not re.search(r"<(h1|title|a|button|strong)[^>]*>\s*</", html)
    # No cookie and no form token: there is nothing to send.
    assert not answer.cookies
    assert "csrfmiddlewaretoken" not in html


@pytest.mark.spec("RFC 9700", "4.16")
def test_only_samples_stand_in_frames_and_only_in_ours(demo: Client) -> None:
    sample, gallery, other = demo.get("/styleguide/sign-in"), demo.get("/styleguide"), demo.get("/guide")
    assert "frame-ancestors 'self'" in sample["Content-Security-Policy"]
    assert "form-action 'none'" in sample["Content-Security-Policy"]
    assert "script-src" not in sample["Content-Security-Policy"]
    assert sample["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-src 'self'" in gallery["Content-Security-Policy"]
    for page in (gallery, other):
        assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
        assert page["X-Frame-Options"] == "DENY"
    assert "frame-src" not in other["Content-Security-Policy"]


def test_the_gallery_frames_every_sample(demo: Client) -> None:
    html = demo.get("/styleguide").content.decode()
    framed = re.findall(r'<iframe [^>]*src="/styleguide/([a-z0-9-]+)"[^>]*sandbox="allow-same-origin"', html)
    assert framed == [sample.slug for sample in SAMPLES]


def test_another_name_is_not_found(demo: Client) -> None:
    assert demo.get("/styleguide/nothing").status_code == 404


@pytest.mark.parametrize("slug", ["mail-recover-password", "sign-in"])
def test_a_sample_may_have_the_style_of_our_mail_and_no_other(demo: Client, slug: str) -> None:
    answer = demo.get(f"/styleguide/{slug}")
    styles = set(re.findall(r'style="([^"]*)"', answer.content.decode()))
    assert styles == ({MAIL_STYLE} if slug.startswith("mail") else set())
    digest = b64encode(sha256(MAIL_STYLE.encode()).digest()).decode()
    assert f"style-src-attr 'unsafe-hashes' 'sha256-{digest}';" in answer["Content-Security-Policy"]
    assert "style-src-attr" not in demo.get("/guide")["Content-Security-Policy"]


def test_links_in_samples_of_messages_are_as_long_as_real_ones() -> None:
    links = [str(sample.context["link"]) for sample in SAMPLES if "link" in sample.context]
    assert len(links) >= 3
    for link in links:
        assert len(link.rpartition("/")[2]) == len(new_key())
