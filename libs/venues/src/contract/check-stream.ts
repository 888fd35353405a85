import { type FrameReading } from '@orderfox/feed';
import { type Normalised, type VenueFeed } from '../venue-adapter.js';
import { type Breaches } from './breaches.js';
import { type StreamFixtures } from './venue-fixtures.js';

/** Sends every fixture of a feed through it, as text, and compares what comes out. */
export function checkStream(feed: VenueFeed, fixtures: StreamFixtures, breaches: Breaches): void {
  breaches.expect(fixtures.frames.length > 0, `${feed.stream} has no frames`);
  const keys = new Set<string>();
  for (const { title, frame, events = [], refusals = [] } of fixtures.frames) {
    const label = `${feed.stream}, ${title}`;
    const normalised = throughFeed(feed, JSON.stringify(frame), fixtures.receivedTimeMs);
    if (normalised === undefined) {
      breaches.add(`${label}: the frame is not handed on`);
      continue;
    }
    breaches.compare(normalised.events, events, `${label}, events`);
    const reasons = normalised.refusals.map((refusal) => refusal.reason);
    breaches.compare(reasons, refusals, `${label}, refusals`);
    checkEvents(normalised, fixtures, label, breaches);
    checkRepeat(feed, frame, normalised, fixtures, label, breaches);
    for (const { eventKey } of normalised.events) {
      breaches.expect(!keys.has(eventKey), `${label}: the key ${eventKey} is that of another event`);
      keys.add(eventKey);
    }
  }
  for (const { title, frame, reading } of fixtures.readings) {
    const text = typeof frame === 'string' ? frame : JSON.stringify(frame);
    breaches.compare(feed.protocol.read(text), reading, `${feed.stream}, ${title}`);
  }
}

/** Hands garbage to both halves of a feed: nothing may be thrown, read as data or turned into an event. */
export function checkGarbage(feed: VenueFeed, receivedTimeMs: number, breaches: Breaches): void {
  for (const text of [
    '',
    'x',
    '{',
    '[]',
    'null',
    '42',
    '"text"',
    '{}',
    '{"__proto__":{"kind":"data"}}',
    DEEP,
  ]) {
    const kind = attempt(() => feed.protocol.read(text).kind);
    breaches.expect(kind === 'unreadable', `${feed.stream}: ${text.slice(0, 40)} is read as ${String(kind)}`);
    const parsed = attempt(() => JSON.parse(text) as unknown);
    const normalised = attempt(() => feed.normalise(parsed, receivedTimeMs));
    const refused =
      isNormalised(normalised) && normalised.refusals.length > 0 && normalised.events.length === 0;
    breaches.expect(refused, `${feed.stream}: ${text.slice(0, 40)} is not refused`);
  }
}

const DEEP = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;

function attempt<T>(task: () => T): T | undefined {
  try {
    return task();
  } catch {
    return undefined;
  }
}

function isNormalised(value: Normalised | undefined): value is Normalised {
  return value !== undefined;
}

function throughFeed(feed: VenueFeed, text: string, receivedTimeMs: number): Normalised | undefined {
  const reading: FrameReading = feed.protocol.read(text);
  if (reading.kind !== 'data' && reading.kind !== 'control') return undefined;
  return reading.message === undefined ? undefined : feed.normalise(reading.message, receivedTimeMs);
}

function checkEvents(
  { events }: Normalised,
  { receivedTimeMs }: StreamFixtures,
  label: string,
  breaches: Breaches,
): void {
  for (const event of events) {
    breaches.expect(
      (event.liquidatedSide === 'LONG') === (event.side === 'SELL'),
      `${label}: the two sides contradict each other`,
    );
    breaches.expect(event.receivedTimeMs === receivedTimeMs, `${label}: received at another time`);
    const explained: unknown = attempt(() => JSON.parse(event.raw) as unknown);
    breaches.expect(typeof explained === 'object', `${label}: raw is not the row as JSON`);
  }
}

/** The same frame from a second socket, a second later: the same keys. With nothing to record: no events. */
function checkRepeat(
  feed: VenueFeed,
  frame: unknown,
  { events }: Normalised,
  { receivedTimeMs }: StreamFixtures,
  label: string,
  breaches: Breaches,
): void {
  const again = throughFeed(feed, JSON.stringify(frame), receivedTimeMs + 1_000);
  breaches.compare(
    again?.events.map((event) => event.eventKey),
    events.map((event) => event.eventKey),
    `${label}, keys from a second socket`,
  );
}
