/** Rules of the server-rendered pages that hold in their source: strict CSP, complete without scripts, stable names, light. */

import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FRONTEND, list, read } from "./files";

const templates = list("templates").filter((path) => path.endsWith(".html"));

describe.each(templates)("%s", (path) => {
  const source = read(path);

  test("opens with what it is for", () => {
    expect(source).toMatch(/^\{# .{20,}#\}/);
  });

  test("has no inline script, style or handler (CSP: script-src 'self'; style-src 'self')", () => {
    expect(source).not.toMatch(/<script(?![^>]*\ssrc=)/);
    // Mail is no page: its one style stands where mail programs look for it (`idp/core/csp.py` lets samples show it).
    const ours = path === "templates/email/frame.html" ? source.replace(/<div style="[a-z:;-]+">/, "") : source;
    expect(ours).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i);
  });

  test("asks nothing of another site", () => {
    expect(source.replace(/xmlns="[^"]*"/g, "")).not.toMatch(/(src|href|action)="(https?:)?\/\//);
  });

  test("trusts Django's escaping and never switches it off", () => {
    expect(source).not.toMatch(/\|safe|autoescape off|mark_safe/);
  });

  test("posts forms with the CSRF token, checked by the browser first", () => {
    const forms = source.match(/<form[^>]*>[\s\S]*?<\/form>/g) ?? [];
    // One form goes to a client; the token is ours and stays here.
    const leaves = path === "templates/oidc/form_post.html";
    for (const form of forms) {
      expect(form).toContain('method="post"');
      expect(form.includes("{% csrf_token %}")).toBe(!leaves);
      // A page's form goes to the page itself; only the way to another service begins at a path of its own, here as well.
      const own = form.replace('action="{{ upstream.url }}"', "");
      expect(own.includes("action=")).toBe(leaves);
      // The button of whoever wants a passkey leaves the password empty, which the form's usual way needs: the server judges.
      expect(form.replace(/<button[^>]*\sdata-needs-passkeys[^>]*>/g, "")).not.toContain("novalidate");
    }
  });

  test("runs classic deferred scripts only", () => {
    for (const script of source.match(/<script[^>]*>/g) ?? []) {
      expect(script).toMatch(/src="\{% static '(islands|console)\/[\w-]+\.js' %\}" defer/);
      expect(script).not.toContain("module");
    }
  });
});

test.each([
  ["login/identifier.html", ["id_username", "login-submit"], ["Email or phone", "Continue"]],
  ["login/password.html", ["id_password", "login-submit"], ["Password", "Sign in", "Not you?"]],
  ["oidc/consent.html", ["consent-allow", "consent-deny"], ["Allow", "Deny"]],
  ["oidc/select_account.html", ["account-continue", "account-another"], ["Continue with this account", "Use another account"]],
  ["oidc/form_post.html", ["form-post", "form-post-continue"], ["Continue"]],
  ["oidc/logout_confirm.html", ["logout-confirm", "logout-everywhere"], ["Sign out", "Sign out on all my devices", "Stay signed in"]],
  ["errors/error.html", ["error-code"], ["Code"]],
])("%s keeps the ids and words that people and programs rely on", (path, ids, words) => {
  const source = read("templates", path) + read("templates/components/account.html");
  for (const id of ids) expect(source).toContain(`id="${id}"`);
  for (const word of words) expect(source).toContain(`{% translate "${word}" %}`.replace(" %}", ""));
});

test("every word a person reads can be translated", () => {
  for (const path of templates) {
    const words = read(path)
      .replace(/\{#.*?#\}|<!doctype html>/g, "")
      .replace(/\{% blocktranslate.*?%\}[\s\S]*?\{% endblocktranslate %\}/g, "")
      .replace(/<[^>]*>|\{%.*?%\}|\{\{.*?\}\}/gs, "");
    expect(`${path}: ${words.replace(/[\s·]+/g, "")}`).toBe(`${path}: `);
  }
});

test("the password page weighs under 25 kB before compression, all files together", () => {
  const pieces = [
    "styles/theme.css",
    "styles/components.css",
    "styles/pages.css",
    "styles/mark.svg",
    "styles/favicon.svg",
    "dist/islands/reveal-password.js",
    "templates/base.html",
    "templates/login/password.html",
    "templates/components/field.html",
    "templates/components/account.html",
    "templates/components/alert.html",
  ];
  const total = pieces.reduce((sum, path) => sum + statSync(join(FRONTEND, path)).size, 0);
  expect(total).toBeLessThan(25_000);
});
