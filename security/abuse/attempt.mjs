import { operate } from './transports/graphql-socket.mjs';
import { postJson } from './transports/http.mjs';

/**
 * One attempt: `over.http` and `over.socket` each say how it is made there (`make(target)` gives an outcome) and what
 * must become of it (`wanted`). A transport on which it makes no sense is left out. `server` says which of the running
 * servers it is meant for; `waits` that it does nothing but wait, so that others may run meanwhile.
 */
export function attempt(name, sent, over, { server = 'proxied', waits = false } = {}) {
  return { name, sent, over, server, waits };
}

/** The same operation over both, refused or served alike. */
export function operation(name, sent, payload, wanted, options) {
  return attempt(name, sent, { http: posted(payload, wanted), socket: operated(payload, wanted) }, options);
}

/** An operation over HTTP. */
export function posted(payload, wanted) {
  return { make: async (target) => postJson(target, await made(payload, target)), wanted };
}

/** An operation over a socket. */
export function operated(payload, wanted) {
  return { make: async (target) => operate(target, await made(payload, target)), wanted };
}

/** A payload may depend on the server, as a cursor does. */
async function made(payload, target) {
  return typeof payload === 'function' ? await payload(target) : payload;
}
