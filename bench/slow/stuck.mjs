/**
 * The readers that hang: each subscribes and stops reading. One half wakes up when the server has given it up, and so
 * still reads why; the other half only when the server has cut it. All come back with their last cursor, catch up to the
 * newest event, and hang again.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { answerParent } from '../support/process-link.mjs';
import { TimeHistogram } from '../support/time-histogram.mjs';
import { ReaderTally, StreamReader } from './stream-reader.mjs';

/**
 * A reader that nobody cut after so long is a failure, and reads on. Until then the kernel may take what would fill its
 * largest buffers (32 MiB to receive, 4 MiB to send, at some 275 kB a second) before a byte waits in the server.
 */
const CUT_WITHIN_MS = 180_000;
const REST_MS = 2_000;

const tally = new ReaderTally();
const readers = [];
const hanging = new Map();
/** Of connections that the server has closed, whether their reader knows it or not. */
const closedPorts = new Set();
const catchUps = new TimeHistogram();
let newest = 0;
let finishing = false;
let neverCut = 0;
let reconnects = 0;

answerParent({
  join({ port, count }) {
    for (let at = 0; at < count; at += 1) {
      const reader = new StreamReader(tally);
      readers.push({ reader, life: live(reader, port, at % 2 === 0) });
    }
  },
  /** The newest event there is, and which connections the server has given up or closed. */
  tell({ number, closed, givenUp }) {
    newest = number;
    for (const port of closed) {
      closedPorts.add(port);
      hanging.get(port)?.wake();
    }
    for (const port of givenUp) if (hanging.get(port)?.wakesEarly) hanging.get(port).wake();
  },
  /** Nobody hangs again; resolves when all have caught up with event `number`, or after `withinMs`. */
  async finish({ number, withinMs }) {
    finishing = true;
    newest = number;
    const until = performance.now() + withinMs;
    while (performance.now() < until && readers.some(({ reader }) => reader.number < number))
      await pause(100);
    const behind = readers.filter(({ reader }) => reader.number < number).length;
    for (const { reader } of readers) reader.leave();
    const { received, missing, doubled, slowErrors, wrongCursors, codes, firstTrouble } = tally;
    return {
      received,
      missing,
      doubled,
      behind,
      reconnects,
      neverCut,
      codes,
      slowErrorsRead: slowErrors,
      wrongCursors,
      catchUp: catchUps.summary(),
      ...(firstTrouble && { firstTrouble }),
    };
  },
});

async function live(reader, port, wakesEarly) {
  let connected = await connect(reader, port);
  while (!finishing) {
    await hang(reader, wakesEarly);
    const code = await Promise.race([reader.ended, pause(5_000, 'open')]);
    if (code === 'open') continue;
    tally.codes[code] = (tally.codes[code] ?? 0) + 1;
    reconnects += 1;
    const started = performance.now();
    connected = await connect(reader, port);
    if (!connected) return;
    while (reader.number < newest && !finishing) await pause(50);
    catchUps.add((performance.now() - started) * 1_000);
    await pause(REST_MS * Math.random());
  }
}

/** Resolves when there is a first event. The server may be busy: tries again. */
async function connect(reader, port) {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    try {
      const before = reader.number;
      await reader.connect(port);
      closedPorts.delete(reader.localPort);
      while (reader.number === before) await pause(20);
      return true;
    } catch (error) {
      if (attempt === 19) tally.trouble(`could not connect: ${error.message}`);
      await pause(500);
    }
  }
  return false;
}

/** Stops reading until the server has given up, or closed, the connection. */
async function hang(reader, wakesEarly) {
  const { localPort } = reader;
  if (closedPorts.has(localPort)) return;
  reader.pause();
  const cut = new Promise((wake) => hanging.set(localPort, { wake, wakesEarly }));
  const timeout = new AbortController();
  const outcome = await Promise.race([cut, pause(CUT_WITHIN_MS, 'never', { signal: timeout.signal })]);
  timeout.abort();
  hanging.delete(localPort);
  if (outcome === 'never') neverCut += 1;
  reader.resume();
}
