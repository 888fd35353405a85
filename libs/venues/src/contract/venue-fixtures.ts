import { type Instrument, type Liquidation, type RefusalReason } from '@orderfox/domain';
import { type FrameReading } from '@orderfox/feed';
import { readdirSync, readFileSync } from 'node:fs';

/** What a venue's `fixtures` folder holds: whole envelopes in the documented shape, and what must come of them. */
export interface VenueFixtures {
  readonly rest: RestFixtures;
  /** By stream, one for every feed. */
  readonly streams: ReadonlyMap<string, StreamFixtures>;
}

/** `rest.json`: answers by path and query, and what must be read from them. Fields not named are not compared. */
export interface RestFixtures {
  readonly answers: Readonly<Record<string, unknown>>;
  readonly instruments: readonly Partial<Instrument>[];
  readonly volumes: Readonly<Record<string, string>>;
}

/** `<stream>.json`: frames of one feed. Fields not named are not compared. */
export interface StreamFixtures {
  readonly receivedTimeMs: number;
  /** Pattern of the dotted paths that lead into one row of a frame and into no other row: `^data\\.\\d+\\.`. */
  readonly rowPath: string;
  readonly frames: readonly FrameFixture[];
  /** Frames that are no data: what the connection must make of them. */
  readonly readings: readonly ReadingFixture[];
}

export interface FrameFixture {
  readonly title: string;
  readonly frame: unknown;
  /** In order; none when absent. */
  readonly events?: readonly Partial<Liquidation>[];
  readonly refusals?: readonly RefusalReason[];
}

export interface ReadingFixture {
  readonly title: string;
  /** A text, or an object that is sent as JSON. */
  readonly frame: unknown;
  readonly reading: FrameReading;
}

/** Reads a single fixture by its path below the folder of the venues: `okx/fixtures/books/push.json`. */
export function readFixture(path: string): unknown {
  return JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'));
}

/** Reads the `fixtures` folder of a venue. Throws where there is none. */
export function readFixtures(folder: URL): VenueFixtures {
  const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
  const streams = readdirSync(folder)
    .filter((file) => file.endsWith('.json') && file !== 'rest.json')
    .map((file): [string, StreamFixtures] => [file.replace('.json', ''), read(file) as StreamFixtures]);
  return { rest: read('rest.json') as RestFixtures, streams: new Map(streams) };
}
