"""Hypothesis acts, the model says what must follow, the provider is held to it after every step (invariants I1 to I4).

The same acts in the same order at every run, unless `IDP_LIFE_EXAMPLES` asks for new ones (`extent.py`).
"""

import uuid
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import transaction
from django.db.models import Count
from django.test import override_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from idp.accounts.models import User
from idp.accounts.services.set_active import set_active
from idp.login.services.end_session import end_session
from idp.oidc.authorize.remembered_consent import withdraw_consent
from idp.oidc.models import AccessToken, Client, RefreshToken
from idp.oidc.registry.schema import ClientRegistration
from idp.oidc.registry.sync import sync_clients
from idp.tests.journey import Answer, Browser, Pkce, answer_of, page_of
from idp.tests.life.extent import ENDS, PROFILE, START, STEPS
from idp.tests.life.model import ACCESS_LIFE, CHAIN_LIFE, Access, Code, Family, Outcome, Person, Refresh, Session, World
from idp.tests.life.people import (
    REFUSALS,
    Window,
    ask,
    forget_all_caches,
    is_alive,
    kind_of,
    newest,
    sane,
    sign_in_with,
    token_request,
)
from idp.tests.parties import MOBILE, OTHER_SPA, SPA, WEB, Party, json_of

PARTIES = ROTATING, KEEPING, SHORT = MOBILE, WEB, SPA
OFFLINE, PLAIN = "openid email orders offline_access", "openid email"
# Which of what there is: counted back from the newest.
recent, windows, people = st.integers(0, 5), st.integers(0, 2), st.integers(0, 1)
parties = st.sampled_from(PARTIES)
scopes = st.sampled_from((OFFLINE, OFFLINE, PLAIN))


class Life(RuleBasedStateMachine):
    """Two people, three browsers, three clients."""

    def __init__(self, users: list[User], registrations: list[ClientRegistration]) -> None:
        super().__init__()
        self.rolled_back = transaction.atomic()
        self.rolled_back.__enter__()
        # Redis keeps its own time, so what is in progress lies in this process.
        local = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "life"}
        self.caches = override_settings(CACHES={**django_settings.CACHES, "ephemeral": local})
        self.caches.enable()
        self.travel = time_machine.travel(START, tick=False)
        self.time = self.travel.start()
        self.registrations = registrations
        self.users = users
        self.world = World(people=[Person(str(user.email)) for user in users])
        self.windows = [Window() for _ in range(3)]

    def teardown(self) -> None:
        try:
            # What once died is asked again: nothing rose.
            for access in self.world.accesses:
                self._compare(access)
            self._honest_people_get_on()
        finally:
            self.travel.stop()
            transaction.set_rollback(True)
            self.rolled_back.__exit__(None, None, None)
            forget_all_caches()
            self.caches.disable()

    # --- Beginnings -----------------------------------------------------------------------------------------------------
    @initialize(party=st.sampled_from((ROTATING, ROTATING, KEEPING)))
    def somebody_begins(self, party: Party) -> None:
        self.connect(window=0, person=0, party=party, scope=OFFLINE)

    @rule(window=windows, person=people, party=parties, scope=scopes)
    def connect(self, window: int, person: int, party: Party, scope: str) -> None:
        """A whole sign-in as an application sees it."""
        before = len(self.world.codes)
        self.sign_in(window, person)
        self.authorize(window, party, scope, silent=False)
        if len(self.world.codes) > before:
            self.redeem(which=0, after=0, wrong="", by=None)

    @rule(window=windows, person=people, scope=scopes)
    def allow_and_take_back(self, window: int, person: int, scope: str) -> None:
        """An application that is asked about gets its tokens, and loses all it ever got of this person."""
        self.connect(window, person, KEEPING, scope)
        self.withdraw_consent(person, None)

    def sign_in(self, window: int, person: int) -> None:
        here, who, pkce = self.windows[window], self.world.people[person], Pkce()
        before = here.cookies()
        answer = sign_in_with(here.browser, pkce, email=who.email)
        if answer.status_code == 429:
            # Somebody tried wrong passwords: the wait that the page names is all that is asked of the owner.
            self.let_pass(int(answer["Retry-After"]))
            answer = sign_in_with(here.browser, pkce, email=who.email)
        self._touched(here)
        if not who.active:
            assert answer.status_code == 401
            return
        assert kind_of(answer) == "code", answer.content.decode()
        here.earlier += before
        self._signed_in(here, who)
        self._code_given(answer, here, SHORT, SHORT.scope, pkce)

    @rule(window=windows, party=parties, scope=scopes, silent=st.booleans())
    def authorize(self, window: int, party: Party, scope: str, silent: bool) -> None:  # noqa: FBT001 - hypothesis names it
        here, pkce = self.windows[window], Pkce()
        expected = self._expected_of_authorize(here, party, scope, silent=silent)
        answer = ask(here.browser, party, pkce, scope=scope, prompt="none" if silent else None)
        assert kind_of(answer) == expected
        self._touched(here)
        if expected == "consent":
            assert here.session is not None
            answer = sane(here.browser.submit(answer, decision="allow"))
            assert kind_of(answer) == "code"
            self.world.consents.setdefault((here.session.person, party.client_id), set()).update(scope.split())
        if expected in {"code", "consent"}:
            self._code_given(answer, here, party, scope, pkce)

    # --- Codes and refresh tokens ---------------------------------------------------------------------------------------
    @precondition(lambda self: self.world.codes)
    @rule(
        which=recent,
        after=st.sampled_from((0, 0, 0, 59, 60)),
        wrong=st.sampled_from(("", "", "", "verifier", "redirect", "both")),
        by=st.sampled_from((None, None, None, *PARTIES, OTHER_SPA)),
    )
    def redeem(self, which: int, after: int, wrong: str, by: Party | None) -> None:
        self.let_pass(after)
        code = newest(self.world.codes, which)
        by = by or code.family.party
        rightly = not wrong and by.client_id == code.family.party.client_id
        expected = self.world.redeeming(code, rightly=rightly, by=by)
        answer = by.exchange(
            code.value,
            Pkce() if wrong in {"verifier", "both"} else code.pkce,
            redirect_uri=f"{code.family.party.redirect_uri}{'/' if wrong in {'redirect', 'both'} else ''}",
        )
        self._as_expected(answer, expected, code.family)
        if expected is Outcome.ISSUED:
            self._first_tokens(code, json_of(answer))

    @precondition(lambda self: self.world.chained)
    @rule(
        which=recent,
        behind=st.sampled_from((0, 0, 0, 1, 1, 2, 3)),
        after=st.sampled_from((0, 0, 1, 59, 60, 61)),
        by=st.sampled_from((None, None, None, None, None, ROTATING, KEEPING)),
        scope=st.sampled_from((OFFLINE, OFFLINE, OFFLINE, OFFLINE, PLAIN, f"{OFFLINE} phone")),
    )
    def refresh(self, which: int, behind: int, after: int, by: Party | None, scope: str) -> None:
        self.let_pass(after)
        family = newest(self.world.chained, which)
        token = newest(family.chain, behind)
        by = by or family.party
        expected = self.world.refreshing(token, family, by=by, scope=scope)
        answer = token_request(by, grant_type="refresh_token", refresh_token=token.value, scope=scope)
        self._as_expected(answer, expected, family)
        if expected is Outcome.ISSUED:
            self._next_tokens(token, family, scope, json_of(answer))
        elif expected is Outcome.REPEATED:
            self._access_given(json_of(answer), family, scope)
            assert json_of(answer)["refresh_token"] == family.chain[-1].value

    @rule(which=recent, behind=st.sampled_from((1, 1, 2, 3)), steps=st.sampled_from((1, 3)), after=st.sampled_from((0, 60, 61)))
    def refresh_some_times(self, which: int, behind: int, steps: int, after: int) -> None:
        """A chain that grew, and then one of its older links."""
        if self.world.chained:
            for _ in range(steps):
                self.refresh(which, behind=0, after=1, by=None, scope=OFFLINE)
            self.refresh(which, behind, after, by=None, scope=OFFLINE)

    # --- Ends and attacks, of which there are many kinds; one rule, so that there is something left to end ---------------
    @rule(act=st.sampled_from(ENDS), which=recent, by=st.sampled_from((None, None, *PARTIES)))
    def something_ends(self, act: str, which: int, by: Party | None) -> None:
        getattr(self, act)(which, by)

    def sign_out(self, which: int, _by: Party | None) -> None:
        here = newest(self.windows[:3], which)
        before = here.cookies()
        page = sane(here.browser.open("/oauth2/logout"))
        live = self._live(here)
        assert ("logout-confirm" in page_of(page).texts) == (live is not None)
        if live is not None:
            assert sane(here.browser.submit(page, decision="logout")).status_code == 200
            here.earlier += before
            self.world.end(live)

    def end_a_session_elsewhere(self, which: int, _by: Party | None) -> None:
        session = newest(self.world.sessions, which)
        assert end_session(sid=uuid.UUID(session.sid), reason="revoked") == (not session.ended)
        self.world.end(session)

    def disable_or_enable_a_person(self, which: int, _by: Party | None) -> None:
        who, user = self.world.people[which % 2], self.users[which % 2]
        assert set_active(user_id=user.pk, active=not who.active)
        if who.active:
            self.world.disable_person(who)
        else:
            who.active = True

    def disable_or_enable_a_client(self, which: int, _by: Party | None) -> None:
        party = (ROTATING, KEEPING)[which % 2]
        if party.client_id in self.world.disabled:
            sync_clients(registrations=[entry for entry in self.registrations if entry.client_id == party.client_id])
            self.world.disabled.discard(party.client_id)
            return
        others = [entry for entry in self.registrations if entry.client_id not in {*self.world.disabled, party.client_id}]
        sync_clients(registrations=others, prune=True)
        self.world.disable_client(party.client_id)

    def withdraw_consent(self, which: int, _by: Party | None) -> None:
        who, user = self.world.people[which % 2], self.users[which % 2]
        client = Client.objects.get(client_id=KEEPING.client_id)
        assert withdraw_consent(user_id=user.pk, client=client) == self.world.withdraw(who, KEEPING.client_id)

    def revoke_an_access_token(self, which: int, by: Party | None) -> None:
        access = newest(self.world.accesses, which)
        if self._revoked(access.value, access.family, by):
            access.dead = True

    def revoke_a_refresh_token(self, which: int, by: Party | None) -> None:
        for family in self.world.chained[-1:]:
            if self._revoked(newest(family.chain, which).value, family, by):
                family.dead = True

    def forget_every_cache(self, _which: int, _by: Party | None) -> None:
        forget_all_caches()

    def try_a_wrong_password(self, which: int, _by: Party | None) -> None:
        here = newest(self.windows[:3], which)
        answer = sign_in_with(here.browser, Pkce(), email=self.world.people[which % 2].email, password="not the password")
        assert answer.status_code in {401, 429}
        self._touched(here)

    def come_with_cookies_of_earlier(self, which: int, _by: Party | None) -> None:
        jars = [jar for window in self.windows for jar in window.earlier]
        thief = Browser()
        thief.http.cookies = newest(jars, which) if jars else SimpleCookie()
        assert kind_of(ask(thief, SHORT, Pkce(), scope=PLAIN, prompt="none")) == "login_required"

    @rule(seconds=st.sampled_from(STEPS))
    def let_pass(self, seconds: int) -> None:
        self.time.shift(seconds)
        self.world.now += seconds

    # --- What always holds ----------------------------------------------------------------------------------------------
    @invariant()
    def every_token_is_what_the_model_says(self) -> None:
        # Those that changed, and the newest of those that live; every one of them once more at the end.
        living = [access for access in self.world.accesses if not access.settled]
        for access in living:
            if not self.world.alive(access) or access in living[-3:]:
                self._compare(access)

    @invariant()
    def a_family_has_one_living_end_and_every_token_was_handed_out(self) -> None:
        ends = RefreshToken.objects.filter(rotated_at=None, revoked=None).values("token_family").annotate(ends=Count("id"))
        assert not [family for family in ends if family["ends"] > 1]
        assert AccessToken.objects.count() == len(self.world.accesses)
        assert RefreshToken.objects.count() == sum(len(family.chain) for family in self.world.families)

    def _honest_people_get_on(self) -> None:
        """Whatever happened: each chain that should live does, and whoever has an account can sign in somewhere new (I4)."""
        for family in self.world.chained:
            token = family.chain[-1]
            expected = self.world.refreshing(token, family, by=family.party, scope=family.scope)
            answer = token_request(family.party, grant_type="refresh_token", refresh_token=token.value)
            self._as_expected(answer, expected, family)
        for person in self.world.people:
            self.windows.append(Window())
            self.connect(window=-1, person=self.world.people.index(person), party=SHORT, scope=PLAIN)

    # --- Comparing ------------------------------------------------------------------------------------------------------
    def _compare(self, access: Access) -> None:
        session, expected = access.family.session, self.world.alive(access)
        sid = is_alive(access.value, expected=expected)
        assert bool(sid) == expected
        access.settled = not sid
        assert not sid or sid == session.sid

    def _as_expected(self, answer: Answer, expected: Outcome, family: Family) -> None:
        """Status and error; a refusal has a sentence."""
        if expected in {Outcome.ISSUED, Outcome.REPEATED}:
            assert answer.status_code == 200, answer.content
            return
        refused = json_of(answer)
        assert (answer.status_code, refused["error"]) == REFUSALS[expected], expected
        assert refused["error_description"].endswith((".", "!"))
        if expected is Outcome.KILLED:
            family.dead = True

    def _expected_of_authorize(self, here: Window, party: Party, scope: str, *, silent: bool) -> str:
        if party.client_id in self.world.disabled:
            return "unknown_client"
        live = self._live(here)
        if live is None:
            return "login_required" if silent else "login"
        consented = self.world.consents.get((live.person, party.client_id), set())
        if party is KEEPING and not set(scope.split()) <= consented:
            return "consent_required" if silent else "consent"
        return "code"

    # --- What the model is told -----------------------------------------------------------------------------------------
    def _live(self, here: Window) -> Session | None:
        return here.session if here.session is not None and here.session.live(self.world.now) else None

    def _touched(self, here: Window) -> None:
        live = self._live(here)
        if live is not None:
            live.touch(self.world.now)

    def _signed_in(self, here: Window, who: Person) -> None:
        """The same person keeps the session of this browser; somebody else's ends."""
        live = self._live(here)
        if live is not None and live.person is not who:
            self.world.end(live)
        if live is None or live.person is not who:
            here.session = live = Session(who, proved_at=self.world.now, seen_at=self.world.now)
            self.world.sessions.append(live)
            live.sid = str(here.browser.http.session["sid"])
        live.proved_at = live.seen_at = self.world.now
        assert here.browser.http.session["sid"] == live.sid
        assert len({session.sid for session in self.world.sessions}) == len(self.world.sessions)

    def _code_given(self, answer: Answer, here: Window, party: Party, scope: str, pkce: Pkce) -> None:
        live = self._live(here)
        assert live is not None, "a code without anybody signed in"
        # A client without the refresh grant is not granted offline access (OIDC Core §11).
        granted = scope.replace(" offline_access", "") if party is SHORT else scope
        family = Family(party=party, session=live, scope=granted, rotates=party is ROTATING)
        self.world.families.append(family)
        value = answer_of(answer["Location"])["code"]
        self.world.codes.append(Code(value=value, family=family, pkce=pkce, issued_at=self.world.now))

    def _first_tokens(self, code: Code, given: dict[str, Any]) -> None:
        family, code.spent = code.family, True
        self._access_given(given, family, family.scope)
        offline = "offline_access" in family.scope
        assert ("refresh_token" in given) == offline
        if offline:
            family.chain.append(Refresh(given["refresh_token"]))
            family.ends_at = self.world.now + CHAIN_LIFE

    def _next_tokens(self, token: Refresh, family: Family, scope: str, given: dict[str, Any]) -> None:
        self._access_given(given, family, scope)
        assert ("refresh_token" in given) == family.rotates
        if family.rotates:
            token.used_at, token.used_scope = self.world.now, scope
            family.chain.append(Refresh(given["refresh_token"]))
            assert len({one.value for one in family.chain}) == len(family.chain)

    def _access_given(self, given: dict[str, Any], family: Family, scope: str) -> None:
        assert given["scope"] == scope
        assert given["expires_in"] == ACCESS_LIFE
        self.world.accesses.append(Access(given["access_token"], family, expires_at=self.world.now + ACCESS_LIFE))

    def _revoked(self, value: str, family: Family, by: Party | None) -> bool:
        """Ask for a revocation; whether it must have done something."""
        by = by or family.party
        answer = sane(by.post("/oauth2/revoke", {"token": value}))
        if by.client_id in self.world.disabled:
            assert answer.status_code == 401
            return False
        assert answer.status_code == 200
        return by.client_id == family.party.client_id


@pytest.mark.django_db
@pytest.mark.spec("RFC 6749", "10.5")
@pytest.mark.spec("RFC 9700", "4.14.2")
@pytest.mark.unmeasured
def test_whatever_happens_in_whatever_order(
    clients: None, make_user: Callable[..., User], registrations: list[ClientRegistration]
) -> None:
    users = [make_user(email="ada@example.com"), make_user(email="bola@example.com")]
    enabled = [entry for entry in registrations if entry.client_id != "disabled-web"]
    run_state_machine_as_test(lambda: Life(users, enabled), settings=PROFILE)  # type: ignore[arg-type]  # whatever makes one
