import { dataOf, errorsOf } from './outcome.mjs';

/**
 * What must become of an attempt: `text` for people, `problem(outcome)` gives a sentence where it became something else.
 * Every function here makes one.
 */
function wanted(text, problem) {
  return { text, problem };
}

/**
 * The operation is refused with this code, or one of these: over HTTP with one of `statuses`, over a socket with an
 * error of that operation alone. `details` are what must stand beside the code.
 */
export function refused(code, { details = {}, statuses = [400], message } = {}) {
  const codes = [code].flat();
  const beside = Object.entries(details).map(([name, value]) => `${name} ${value}`);
  const text = [codes.join(' or '), ...beside].join(', ');
  return wanted(text, (result) => {
    if (result.close !== undefined) return `the socket was closed with ${result.close}`;
    if (result.status !== undefined && !statuses.includes(result.status)) return `status ${result.status}`;
    const fitting = errorsOf(result).filter(({ extensions }) => codes.includes(extensions?.code));
    if (fitting.length === 0) return 'no error with this code';
    const exact = fitting.find(({ extensions }) =>
      Object.entries(details).every(([name, value]) => extensions[name] === value),
    );
    if (exact === undefined) return `beside the code stands ${JSON.stringify(fitting[0].extensions)}`;
    if (message !== undefined && !message.test(exact.message)) return `the message is: ${exact.message}`;
    return undefined;
  });
}

/** The same where the fault is found while the operation runs: the answer is one of GraphQL, so the status may be 200. */
export function refusedWhileRunning(code, options = {}) {
  return refused(code, { statuses: [200, 400], ...options });
}

/** One of these statuses, over HTTP or in place of an upgrade. `headers` must be there. */
export function status(statuses, { headers = [], body } = {}) {
  const all = [statuses].flat();
  const text = `status ${all.join(' or ')}${headers.length > 0 ? ` with ${headers.join(', ')}` : ''}`;
  return wanted(text, (result) => {
    if (!all.includes(result.status)) return `status ${result.status ?? 'none'}`;
    const missing = headers.filter((name) => result.headers?.[name] === undefined);
    if (missing.length > 0) return `without ${missing.join(', ')}`;
    return body?.(result);
  });
}

/** The socket is closed with one of these codes; 1006 is an end without a closing frame. */
export function closed(codes, { withinMs, errors } = {}) {
  const all = [codes].flat();
  const words = [`close ${all.join(' or ')}`];
  if (withinMs !== undefined) words.push(`within ${withinMs / 1_000} s`);
  if (errors !== undefined) words.push(`after one ${errors}`);
  return wanted(words.join(' '), (result) => {
    if (result.close === undefined) return 'the socket was left open';
    if (!all.includes(result.close)) return `close ${result.close}`;
    if (withinMs !== undefined && result.ms > withinMs) return `only after ${Math.round(result.ms)} ms`;
    if (errors === undefined) return undefined;
    const told = errorsOf(result).filter(({ extensions }) => extensions?.code === errors).length;
    return told === 1 ? undefined : `${told} errors ${errors} before it`;
  });
}

/** The connection is ended by the server, in whatever way, within this time. */
export function cut(withinMs) {
  return wanted(`cut within ${withinMs / 1_000} s`, (result) => {
    if (!result.ended) return 'the connection was left open';
    return result.ms > withinMs ? `only after ${Math.round(result.ms)} ms` : undefined;
  });
}

/** Answered without an error: what is just within a limit, or harmless. */
export function served(check) {
  return wanted('served', (result) => {
    if (result.close !== undefined) return `the socket was closed with ${result.close}`;
    if (result.status !== undefined && result.status !== 200) return `status ${result.status}`;
    const [error] = errorsOf(result);
    if (error !== undefined) return `refused: ${error.message}`;
    const data = dataOf(result);
    if (data === undefined || data === null) return 'no data';
    return check?.(data, result);
  });
}

/** What only the case itself can judge. */
export function judged(text, problem) {
  return wanted(text, problem);
}

/** Either of two. */
export function either(...choices) {
  return wanted(choices.map(({ text }) => text).join(', or '), (result) => {
    const problems = choices.map(({ problem }) => problem(result));
    return problems.includes(undefined) ? undefined : problems.join('; ');
  });
}

/** As wanted, and nothing that the server said fits the pattern. */
export function without(pattern, what, inner) {
  return wanted(`${inner.text}, without ${what}`, (result) => {
    const found = errorsOf(result).find(({ message }) => pattern.test(message));
    return inner.problem(result) ?? (found === undefined ? undefined : `said: ${found.message}`);
  });
}
