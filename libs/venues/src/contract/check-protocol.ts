import { type VenueFeed } from '../venue-adapter.js';
import { type Breaches } from './breaches.js';

/** Longer delays overflow a timer, which then fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Checks address, limits and requests of one feed. */
export function checkProtocol(feed: VenueFeed, breaches: Breaches): void {
  const { stream, protocol } = feed;
  breaches.expect(
    /^wss:\/\/[^/]+\/.+/.test(protocol.url),
    `${stream}: the address ${protocol.url} has no route`,
  );
  const { heartbeat, controlStaleMs, sendPaceMs, maxAgeMs, maxFrameBytes } = protocol;
  const { idleMs, answerWithinMs } = heartbeat;
  const limits = { idleMs, answerWithinMs, controlStaleMs, sendPaceMs, maxAgeMs, maxFrameBytes };
  for (const [name, limit] of Object.entries(limits)) {
    breaches.expect(limit > 0 && limit <= MAX_TIMER_MS, `${stream}: ${name} is ${limit}`);
  }
  checkRequests(feed, breaches);
}

function checkRequests(feed: VenueFeed, breaches: Breaches): void {
  const { stream, protocol } = feed;
  const wanted = new Set([...feed.topics(), protocol.controlTopic]);
  breaches.expect(wanted.size > 1, `${stream}: nothing is asked for beside the control topic`);
  const ids = new Set<string>();
  for (const method of ['subscribe', 'unsubscribe', 'subscribe'] as const) {
    const requests = protocol[method]([...wanted]);
    const asked = requests.flatMap((request) => request.topics);
    const once = asked.length === wanted.size && asked.every((topic) => wanted.has(topic));
    breaches.expect(once, `${stream}: ${method} does not ask for every topic once`);
    for (const { id, text } of requests) {
      breaches.expect(!ids.has(id), `${stream}: the request id ${id} comes twice`);
      breaches.expect(text !== '', `${stream}: a request of no text`);
      ids.add(id);
    }
  }
  breaches.expect(protocol.subscribe([]).length === 0, `${stream}: asks for nothing`);
}
