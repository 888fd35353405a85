/** The report as Markdown: one table per group, then what held for the whole run. */
export function markdown({ attempts, servers, healthy, problems }) {
  const groups = Map.groupBy(attempts, ({ group }) => group);
  return [
    '# Abuse attempts',
    ...[...groups].map(([title, rows]) => [`## ${title}`, '', ...tableOf(rows)].join('\n')),
    ['## The whole run', '', ...summary(attempts, servers, healthy)].join('\n'),
    problems.length === 0
      ? 'Everything was as wanted.'
      : ['## Not as wanted', '', ...problems.map((problem) => `- ${plain(problem)}`)].join('\n'),
  ].join('\n\n');
}

function tableOf(rows) {
  const cells = rows.map(({ attempt, sent, http, socket }) => [
    attempt,
    sent,
    cell(http),
    cell(socket),
    http?.asWanted === false || socket?.asWanted === false ? '**no**' : 'yes',
  ]);
  const head = ['attempt', 'sent', 'over HTTP', 'over WebSocket', 'as wanted'];
  const lines = [head, head.map(() => '---'), ...cells];
  return lines.map((line) => `| ${line.map(plain).join(' | ')} |`);
}

function cell(result) {
  return result === undefined ? '' : `${result.answer}, ${result.ms} ms`;
}

function summary(attempts, servers, healthy) {
  const made = attempts.flatMap(({ http, socket }) => [http, socket]).filter((one) => one !== undefined);
  const stall = Math.max(...made.map(({ stallMs = 0 }) => stallMs));
  const { events, answers, complaints } = healthy;
  return [
    `- ${made.length} attempts over both transports, ${made.filter(({ asWanted }) => asWanted).length} as wanted.`,
    `- The longest time for which an attempt held up the server: ${stall} ms.`,
    ...servers.map(
      ({ name, restMiB, peakMiB, heldAtRestMiB, heldAfterwardsMiB }) =>
        `- Server "${name}": ${restMiB} MiB at rest, ${peakMiB} MiB at most; of them held ${heldAtRestMiB} MiB before and ` +
        `${heldAfterwardsMiB} MiB after.`,
    ),
    `- A healthy client beside it: ${events.count} events, p50 ${events.p50} ms, p99 ${events.p99} ms, at most ${events.max} ms; ` +
      `${answers.count} queries, p50 ${answers.p50} ms, at most ${answers.max} ms; ${complaints.length} complaints.`,
  ];
}

/** Text as it may stand in a cell. */
function plain(text) {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ').replace(/</g, '&lt;');
}
