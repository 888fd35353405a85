import { type Instrument } from '@orderfox/domain';
import { VenueError, type JsonFetch } from '@orderfox/feed';
import { type VenueAdapter } from '../venue-adapter.js';
import { type Breaches } from './breaches.js';
import { type RestFixtures } from './venue-fixtures.js';

/** Reads catalogue and volumes from the fixtures, and from answers that are none. Gives the contracts it read. */
export async function checkCatalogue(
  adapter: VenueAdapter,
  rest: RestFixtures,
  breaches: Breaches,
): Promise<readonly Instrument[]> {
  const http = answering(adapter, rest);
  const instruments = await adapter.listInstruments(http, adapter.roots);
  for (const expected of rest.instruments) {
    const found = instruments.find((instrument) => instrument.venueSymbol === expected.venueSymbol);
    breaches.compare(found, expected, `instrument ${String(expected.venueSymbol)}`);
  }
  for (const instrument of instruments) checkInstrument(adapter, instrument, breaches);
  const volumes = await adapter.listVolumes24h(http, adapter.roots);
  breaches.compare(Object.fromEntries(volumes), rest.volumes, 'volumes');
  for (const nonsense of [null, [], 'text', { hello: 'world' }, [{ hello: 'world' }]]) {
    const babbling: JsonFetch = () => Promise.resolve(nonsense);
    await expectVenueError(adapter.listInstruments(babbling, adapter.roots), 'listInstruments', breaches);
  }
  await expectVenueError(
    adapter.listVolumes24h(() => Promise.resolve({ hello: 'world' }), adapter.roots),
    'listVolumes24h',
    breaches,
  );
  return instruments;
}

function answering(adapter: VenueAdapter, rest: RestFixtures): JsonFetch {
  return (url) => {
    const path = url.startsWith(adapter.roots.rest) ? url.slice(adapter.roots.rest.length) : url;
    return Object.hasOwn(rest.answers, path)
      ? Promise.resolve(rest.answers[path])
      : Promise.reject(new VenueError('REFUSED', `the fixtures have no answer for ${url}`));
  };
}

function checkInstrument(adapter: VenueAdapter, instrument: Instrument, breaches: Breaches): void {
  const { venueSymbol, symbol, baseAsset, quoteAsset } = instrument;
  breaches.expect(instrument.venue === adapter.id, `${venueSymbol} belongs to ${instrument.venue}`);
  breaches.expect(symbol === `${baseAsset}${quoteAsset}`, `${venueSymbol} has the symbol ${symbol}`);
  breaches.expect(
    instrument.sizeUnit === 'BASE' || instrument.contractSize !== undefined,
    `${venueSymbol} counts contracts of no size`,
  );
}

async function expectVenueError(answer: Promise<unknown>, method: string, breaches: Breaches): Promise<void> {
  const error: unknown = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  breaches.expect(error instanceof VenueError, `${method} takes an answer of the wrong shape`);
}
