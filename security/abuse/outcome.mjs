/**
 * What became of one attempt. Over HTTP: `status`, `headers` and the parsed `answer`. Over a socket: `status` where the
 * upgrade was refused, `messages` that came, `close` with the code of the closing frame, 1006 where there was none.
 * `texts` is everything that the server said in any form, for the search for what it must not say; `note` is shown.
 */
export function outcome(parts) {
  return { texts: [], messages: [], ms: 0, ...parts };
}

/** Every GraphQL error of an outcome, wherever its transport carries them. */
export function errorsOf({ answer, messages }) {
  const ofAnswer = Array.isArray(answer?.errors) ? answer.errors : [];
  const ofMessages = messages.flatMap(({ type, payload }) => {
    if (type === 'error') return Array.isArray(payload) ? payload : [];
    return type === 'next' && Array.isArray(payload?.errors) ? payload.errors : [];
  });
  return [...ofAnswer, ...ofMessages];
}

/** The data of the first answer that has some. */
export function dataOf({ answer, messages }) {
  return answer?.data ?? messages.find(({ type }) => type === 'next')?.payload?.data ?? undefined;
}

/** In a few words, for the table: `400 BAD_USER_INPUT`, `error QUERY_TOO_COMPLEX`, `close 1009`. */
export function describe(result) {
  const { status, close, messages, note, ended } = result;
  const codes = [...new Set(errorsOf(result).map(({ extensions }) => extensions?.code ?? 'no code'))];
  const how = messages.some(({ type }) => type === 'error') ? 'error' : 'errors in next';
  const words = [];
  if (status !== undefined) words.push(String(status));
  else if (codes.length > 0) words.push(how);
  words.push(...codes);
  if (close !== undefined) words.push(`close ${close}`);
  if (words.length === 0) words.push(messages.length > 0 ? 'answered' : ended ? 'cut' : 'left open');
  return note === undefined ? words.join(' ') : `${words.join(' ')} (${note})`;
}
