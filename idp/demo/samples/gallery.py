"""All samples in the order of a person's way: the one list. A test compares it with the templates that exist."""

from django.utils.translation import gettext as _

from idp.core.errors import NotFound
from idp.demo.samples.account import account_samples, privacy_samples, sign_in_method_samples
from idp.demo.samples.messages import mail_samples, text_samples
from idp.demo.samples.protocol import error_samples, protocol_samples
from idp.demo.samples.sample import Group, Sample
from idp.demo.samples.sign_in import (
    elsewhere_samples,
    forgotten_password_samples,
    second_step_samples,
    sign_in_samples,
    sign_up_samples,
)


def find_groups() -> tuple[Group, ...]:
    """Every sample, by what it belongs to."""
    groups = (
        (_("Signing in"), sign_in_samples),
        (_("Sign-in with other services"), elsewhere_samples),
        (_("A new account"), sign_up_samples),
        (_("A forgotten password"), forgotten_password_samples),
        (_("The second step"), second_step_samples),
        (_("Between application and provider"), protocol_samples),
        (_("Your account"), account_samples),
        (_("Sign-in methods"), sign_in_method_samples),
        (_("Your data"), privacy_samples),
        (_("When something cannot be done"), error_samples),
        (_("Mail"), mail_samples),
        (_("Text messages"), text_samples),
    )
    return tuple(Group(heading=heading, samples=tuple(samples())) for heading, samples in groups)


def get_sample(slug: str) -> Sample:
    """The sample at the end of this address. Raises `NotFound`."""
    found = [sample for group in find_groups() for sample in group.samples if sample.slug == slug]
    if not found:
        raise NotFound(detail="no sample of that name")
    return found[0]
