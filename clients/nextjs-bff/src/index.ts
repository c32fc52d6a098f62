/**
 * Sign-in with Fashionistar on the server side of a web application (a "back end for front end"): the browser holds one encrypted cookie
 * and never a token. `createBff` makes every handler; each takes a standard Request and returns a standard Response, which is what a route
 * handler of the Next.js App Router is.
 *
 * The journey of one visit, and the module of each stage:
 *
 *     settings              the environment, read once, every mistake named
 *     sign-in               to the provider and back (code flow with PKCE); `return-url` says where to go afterwards
 *     sessions              the cookie: read, checked against what ended, renewed (`single-flight`), written (`cookies`, `seal`)
 *     calls                 what the page asks: who is signed in, the backend's answers, a ticket for a WebSocket
 *     sign-out              the end, begun here or anywhere else (`ended`)
 *     errors                every failure, and its answer; `sentences` has the words, in English and French
 */

export { type Bff, createBff, type Options } from "./bff";
export { type EndedSessions, MemoryEndedSessions } from "./ended";
export type { Person } from "./sessions";
export { readSettings, type Settings } from "./settings";
