import { beforeEach, describe, expect, test } from '@jest/globals';
import { parseDecimal, type DecimalString, type Instrument } from '@orderfox/domain';
import { VenueError } from '@orderfox/feed';
import { FakeClock } from '@orderfox/testing';
import { type VenueAdapter } from '@orderfox/venues';
import { type CatalogueStore, type StoredCatalogue } from './catalogue-state.js';
import { type Log } from '../../core/log.js';
import { SymbolCatalog } from './symbol-catalog.js';
import { instrument } from './symbols-for-tests.js';
import { VenueCatalogue } from './venue-catalogue.js';

const MINUTE_MS = 60_000;
const ROOTS = { ws: 'ws://venue', rest: 'http://venue' };

/** A venue whose answers the test holds back and chooses. */
class ScriptedVenue {
  requests = 0;
  #waiting: PromiseWithResolvers<readonly Instrument[]>[] = [];
  volumes: () => Promise<ReadonlyMap<string, DecimalString>> = () => Promise.resolve(new Map());

  constructor(readonly id: string) {}

  get adapter(): VenueAdapter {
    return {
      id: this.id,
      name: this.id,
      completeness: 'FULL',
      completenessNote: '',
      roots: ROOTS,
      limits: { costOf: () => ({ limit: { name: 'requests', points: 1_000, perMs: 1_000 }, points: 1 }) },
      listInstruments: () => {
        this.requests += 1;
        const answer = Promise.withResolvers<readonly Instrument[]>();
        this.#waiting.push(answer);
        return answer.promise;
      },
      listVolumes24h: () => this.volumes(),
      feeds: () => [],
    };
  }

  async answer(...venueSymbols: string[]): Promise<void> {
    this.#next().resolve(
      venueSymbols.map((venueSymbol) =>
        instrument({ venue: this.id, venueSymbol, baseAsset: venueSymbol.replace('USDT', '') }),
      ),
    );
    await settle();
  }

  async fail(error: unknown): Promise<void> {
    this.#next().reject(error);
    await settle();
  }

  #next(): PromiseWithResolvers<readonly Instrument[]> {
    const next = this.#waiting.shift();
    if (next === undefined) throw new Error(`${this.id} was not asked`);
    return next;
  }
}

/** Lets promise callbacks run to their end; nothing here waits for time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

class MemoryStore implements CatalogueStore {
  readonly kept = new Map<string, StoredCatalogue>();
  away = false;

  async read(venue: string): Promise<StoredCatalogue | undefined> {
    await this.#check();
    return this.kept.get(venue);
  }

  async write(venue: string, catalogue: StoredCatalogue): Promise<void> {
    await this.#check();
    this.kept.set(venue, catalogue);
  }

  #check(): Promise<void> {
    return this.away ? Promise.reject(new Error('the database is away')) : Promise.resolve();
  }
}

let clock: FakeClock;
let store: MemoryStore;
let binance: ScriptedVenue;
let okx: ScriptedVenue;
let logged: string[];

beforeEach(() => {
  clock = new FakeClock();
  store = new MemoryStore();
  binance = new ScriptedVenue('binance');
  okx = new ScriptedVenue('okx');
  logged = [];
});

function makeCatalog(...venues: ScriptedVenue[]): SymbolCatalog {
  const write: Log['info'] = ({ venue }, message) => void logged.push(`${String(venue)}: ${message}`);
  return new SymbolCatalog({
    venues: venues.map(
      (venue) => (onChange) =>
        new VenueCatalogue({
          adapter: venue.adapter,
          roots: ROOTS,
          http: () => Promise.reject(new Error('not used here')),
          store,
          clock,
          random: () => 0,
          log: { debug: write, info: write, warn: write, error: write },
          onChange,
        }),
    ),
    fallback: ['BTCUSDT', 'SOLUSDT'],
    clock,
    onListenerError: (error) => logged.push(String(error)),
  });
}

async function started(...venues: ScriptedVenue[]): Promise<SymbolCatalog> {
  const catalog = makeCatalog(...venues);
  await catalog.start();
  return catalog;
}

const ids = (catalog: SymbolCatalog) => catalog.symbols().map(({ id }) => id);

describe('loading the contracts', () => {
  test('asks every venue exactly once at the start (S027)', async () => {
    const catalog = await started(binance, okx);
    await binance.answer('BTCUSDT');
    await okx.answer('BTCUSDT', 'ADAUSDT');

    expect([binance.requests, okx.requests]).toEqual([1, 1]);
    expect(ids(catalog)).toEqual(['ADAUSDT', 'BTCUSDT']);
    expect(catalog.find('BTCUSDT')?.markets.map(({ venue }) => venue)).toEqual(['binance', 'okx']);
  });

  test('makes no request for five minutes, then one more by itself (S026)', async () => {
    const catalog = await started(binance);
    await binance.answer('BTCUSDT');

    clock.advance(5 * MINUTE_MS - 1);
    catalog.symbols();
    expect(binance.requests).toBe(1);
    clock.advance(1);
    expect(binance.requests).toBe(2);
  });

  test('callers at the same time share one request, and the saving is counted (S028)', async () => {
    const catalog = await started(binance);
    const both = Promise.all([catalog.refresh(), catalog.refresh()]);
    await binance.answer('BTCUSDT');
    await both;

    expect(binance.requests).toBe(1);
    expect(catalog.counts().get('binance')).toMatchObject({ calls: 1, duplicatesPrevented: 2, failures: 0 });
  });

  test('a refresh asks again however fresh the list is (S034)', async () => {
    const catalog = await started(binance);
    await binance.answer('BTCUSDT');
    const refreshed = catalog.refresh();
    await binance.answer('BTCUSDT', 'NEWUSDT');
    await refreshed;

    expect(catalog.find('newusdt')?.id).toBe('NEWUSDT');
    // The five minutes count from the newest answer; the earlier timer is gone.
    expect(clock.pendingDelaysMs()).toEqual([5 * MINUTE_MS]);
  });

  test('stops asking when stopped, also when stopped in the middle of a request (S045)', async () => {
    const catalog = await started(binance);
    catalog.stop();
    await binance.answer('BTCUSDT');
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('listeners hear of every change, and one that throws hurts none (S044)', async () => {
    const catalog = makeCatalog(binance);
    const heard: string[] = [];
    catalog.onChange(() => {
      throw new Error('bad listener');
    });
    const stop = catalog.onChange((venue) => heard.push(venue));
    await catalog.start();
    await binance.answer('BTCUSDT');
    expect(heard.length).toBeGreaterThan(0);
    expect(logged).toContain('Error: bad listener');

    stop();
    heard.length = 0;
    void catalog.refresh();
    await binance.answer('ETHUSDT');
    expect(heard).toEqual([]);
  });
});

describe('a venue that fails', () => {
  test('leaves the others in place', async () => {
    const catalog = await started(binance, okx);
    await binance.fail(new VenueError('NETWORK', 'binance cannot be reached'));
    await okx.answer('BTCUSDT');

    expect(ids(catalog)).toEqual(['BTCUSDT']);
    expect(catalog.catalogue('okx')?.problem).toBeUndefined();
    expect(catalog.catalogue('binance')?.problem).toEqual({
      failure: 'NETWORK',
      message: 'binance cannot be reached',
      sinceMs: clock.nowMs(),
      retryAtMs: clock.nowMs() + 500,
    });
  });

  test('keeps its own last list, and is logged once per outage', async () => {
    const catalog = await started(binance);
    await binance.answer('BTCUSDT');
    const fetchedMs = clock.nowMs();
    clock.advance(5 * MINUTE_MS);
    for (let attempt = 0; attempt < 4; attempt += 1) {
      await binance.fail(new VenueError('UNAVAILABLE', 'status 503'));
      clock.advance(MINUTE_MS);
    }
    const state = catalog.catalogue('binance');
    expect(state).toMatchObject({ fetchedMs, source: 'VENUE' });
    expect(state?.problem?.sinceMs).toBe(fetchedMs + 5 * MINUTE_MS);
    expect(catalog.instruments('binance').get('BTCUSDT')).toBeDefined();
    expect(logged.filter((line) => line.includes('cannot be loaded'))).toHaveLength(1);

    await binance.answer('BTCUSDT');
    expect(catalog.catalogue('binance')?.problem).toBeUndefined();
  });

  test('is not asked during a ban, not even by hand (F29)', async () => {
    const catalog = await started(binance);
    await binance.fail(new VenueError('BANNED', 'banned', clock.nowMs() + 10 * MINUTE_MS));
    clock.advance(10 * MINUTE_MS - 1);
    await catalog.refresh();
    expect(binance.requests).toBe(1);
    clock.advance(1);
    expect(binance.requests).toBe(2);
  });

  test('cannot empty the catalogue with an empty answer', async () => {
    const catalog = await started(binance);
    await binance.answer('BTCUSDT');
    void catalog.refresh();
    await binance.answer();
    expect(ids(catalog)).toEqual(['BTCUSDT']);
    expect(catalog.catalogue('binance')?.problem?.failure).toBe('UNREADABLE');
  });

  test('that gives no turnover still lists its contracts', async () => {
    binance.volumes = () => Promise.reject(new VenueError('UNAVAILABLE', 'status 503'));
    const catalog = await started(binance);
    await binance.answer('BTCUSDT');
    expect(catalog.find('BTCUSDT')).not.toHaveProperty('volume24h');
    expect(catalog.catalogue('binance')?.problem).toBeUndefined();
  });

  test('is believed about turnover for half an hour only', async () => {
    binance.volumes = () => Promise.resolve(new Map([['BTCUSDT', parseDecimal('5')]]));
    const catalog = await started(binance);
    await binance.answer('BTCUSDT');
    expect(catalog.find('BTCUSDT')?.volume24h).toBe('5');

    binance.volumes = () => Promise.reject(new VenueError('UNAVAILABLE', 'status 503'));
    for (let round = 1; round <= 6; round += 1) {
      clock.advance(5 * MINUTE_MS);
      await binance.answer('BTCUSDT');
    }
    expect(catalog.find('BTCUSDT')).not.toHaveProperty('volume24h');
  });
});

describe('a contract that is no longer listed (F49)', () => {
  test('stays known, not trading, and comes back when it is listed again', async () => {
    const catalog = await started(binance);
    await binance.answer('BTCUSDT', 'LUNAUSDT');
    void catalog.refresh();
    await binance.answer('BTCUSDT');
    expect(catalog.find('LUNAUSDT')?.markets[0]?.trading).toBe(false);
    // A late event of it can still be sized, but nothing of it is asked for any more.
    expect(catalog.instruments('binance').get('LUNAUSDT')?.trading).toBe(false);
    expect(
      catalog
        .instruments('binance')
        .all()
        .map(({ venueSymbol }) => venueSymbol),
    ).toEqual(['BTCUSDT']);

    void catalog.refresh();
    await binance.answer('BTCUSDT', 'LUNAUSDT');
    expect(catalog.instruments('binance').get('LUNAUSDT')?.trading).toBe(true);
    expect(catalog.instruments('binance').all()).toHaveLength(2);
  });
});

test('a list that lacks many contracts at once is believed when the next one lacks them too', async () => {
  const names = Array.from({ length: 20 }, (_, n) => `C${n}USDT`);
  const catalog = await started(binance);
  await binance.answer(...names);
  const load = async (...listed: string[]) => {
    void catalog.refresh();
    await binance.answer(...listed);
    return catalog.instruments('binance').all().length;
  };
  expect(await load(...names.slice(0, 12))).toBe(20);
  expect(catalog.instruments('binance').get('C19USDT')?.trading).toBe(true);
  expect(logged.filter((line) => line.includes('cut short'))).toHaveLength(1);
  // A whole list in between begins the count anew.
  expect(await load(...names)).toBe(20);
  expect(await load(...names.slice(0, 12))).toBe(20);
  expect(await load(...names.slice(0, 12))).toBe(12);
  expect(catalog.instruments('binance').get('C19USDT')?.trading).toBe(false);
});

describe('the start', () => {
  test('uses what was kept at once, and what the venue says as soon as it answers', async () => {
    store.kept.set('binance', {
      fetchedMs: 1_699_000_000_000,
      instruments: [instrument({ venue: 'binance', venueSymbol: 'BTCUSDT' })],
    });
    const catalog = await started(binance);
    await catalog.ready();
    expect(catalog.find('BTCUSDT')?.source).toBe('LAST_KNOWN');
    expect(catalog.catalogue('binance')).toMatchObject({
      fetchedMs: 1_699_000_000_000,
      source: 'LAST_KNOWN',
    });

    await binance.answer('BTCUSDT', 'ETHUSDT');
    expect(catalog.find('ETHUSDT')?.source).toBe('VENUE');
    expect(store.kept.get('binance')?.instruments).toHaveLength(2);
  });

  test('shows the configured names, flagged, while nothing is known (S029)', async () => {
    const catalog = await started(binance, okx);
    await binance.fail(new VenueError('NETWORK', 'no'));
    await okx.fail(new VenueError('NETWORK', 'no'));
    expect(catalog.symbols().map(({ id, source }) => [id, source])).toEqual([
      ['BTCUSDT', 'FALLBACK'],
      ['SOLUSDT', 'FALLBACK'],
    ]);
    expect(catalog.instruments('binance').all()).toEqual([]);
  });

  test('does not need the database', async () => {
    store.away = true;
    const catalog = await started(binance);
    await binance.answer('BTCUSDT');
    expect(ids(catalog)).toEqual(['BTCUSDT']);
    expect(logged).toContain('binance: the catalogue cannot be kept for the next start');
  });

  test('a reader waits for the first answers, but no longer than three seconds', async () => {
    const catalog = await started(binance);
    let ready = false;
    void catalog.ready().then(() => (ready = true));
    clock.advance(2_999);
    await settle();
    expect(ready).toBe(false);
    clock.advance(1);
    await settle();
    expect(ready).toBe(true);
  });
});

test('a venue that is not configured has no contracts', () => {
  const catalog = makeCatalog();
  expect(catalog.instruments('nowhere').get('BTCUSDT')).toBeUndefined();
  expect(catalog.catalogue('nowhere')).toBeUndefined();
});
