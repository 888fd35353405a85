import { type FeedContext, type VenueAdapter } from '../venue-adapter.js';
import { Breaches } from './breaches.js';
import { checkCatalogue } from './check-catalogue.js';
import { checkProtocol } from './check-protocol.js';
import { checkGarbage, checkStream } from './check-stream.js';
import { type StreamFixtures, type VenueFixtures } from './venue-fixtures.js';

/**
 * Holds an adapter to the contract that every venue must keep, and names each breach in a sentence; an empty list is
 * a pass. It knows no venue: whatever it needs stands in the fixtures.
 */
export async function contractBreaches(
  adapter: VenueAdapter,
  fixtures: VenueFixtures,
): Promise<readonly string[]> {
  const breaches = new Breaches();
  checkFacts(adapter, breaches);
  const instruments = await checkCatalogue(adapter, fixtures.rest, breaches);
  const bySymbol = new Map(instruments.map((instrument) => [instrument.venueSymbol, instrument]));
  const context: FeedContext = {
    roots: adapter.roots,
    instruments: { get: (symbol) => bySymbol.get(symbol), all: () => instruments },
    records: () => true,
  };
  const feeds = adapter.feeds(context);
  const streams = new Set(feeds.map((feed) => feed.stream));
  breaches.expect(streams.size === feeds.length, 'two feeds have the same name');
  breaches.expect(
    feeds.some((feed) => feed.stream === 'liquidations' && feed.recorded),
    'no recorded feed is called liquidations',
  );
  for (const feed of feeds) {
    checkProtocol(feed, breaches);
    const stream = fixtures.streams.get(feed.stream);
    if (stream === undefined) {
      breaches.add(`${feed.stream} has no fixtures`);
      continue;
    }
    checkStream(feed, stream, breaches);
    checkGarbage(feed, stream.receivedTimeMs, breaches);
    checkUnwanted(adapter, context, feed.stream, stream, breaches);
  }
  checkBothSides(fixtures, breaches);
  return breaches.list;
}

function checkFacts(adapter: VenueAdapter, breaches: Breaches): void {
  breaches.expect(/^[a-z][a-z0-9-]*$/.test(adapter.id), `the id ${adapter.id} is not a plain word`);
  breaches.expect(adapter.name !== '' && adapter.completenessNote.endsWith('.'), 'name or note is missing');
  for (const root of [adapter.roots.ws, adapter.roots.rest]) {
    breaches.expect(/^(wss|https):\/\/[^/]+$/.test(root), `the root ${root} is not an encrypted host`);
  }
}

/** Rows of symbols that nobody records are counted as skipped, and neither stored nor refused. */
function checkUnwanted(
  adapter: VenueAdapter,
  context: FeedContext,
  stream: string,
  fixtures: StreamFixtures,
  breaches: Breaches,
): void {
  const feed = adapter.feeds({ ...context, records: () => false }).find((other) => other.stream === stream);
  for (const { title, frame, events = [] } of fixtures.frames) {
    const normalised = feed?.normalise(frame, fixtures.receivedTimeMs);
    breaches.expect(
      normalised?.events.length === 0,
      `${stream}, ${title}: recorded although nobody wants it`,
    );
    const skipped = normalised?.skipped ?? 0;
    breaches.expect(skipped >= events.length, `${stream}, ${title}: ${skipped} rows counted as skipped`);
  }
}

/** Both sides must stand in the fixtures, or an inverted one would pass. */
function checkBothSides({ streams }: VenueFixtures, breaches: Breaches): void {
  const events = [...streams.values()].flatMap(({ frames }) => frames.flatMap((frame) => frame.events ?? []));
  for (const side of ['LONG', 'SHORT']) {
    const there = events.some((event) => event.liquidatedSide === side);
    breaches.expect(there, `no fixture liquidates a ${side}`);
  }
}
