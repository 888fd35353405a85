import { afterEach, describe, expect, test } from '@jest/globals';
import { FakeClock, LiveSocket, type Outage } from '@orderfox/feed';
import { SimulatedVenues } from '@orderfox/simulator';
import { waitFor } from '@orderfox/testing';
import { VENUE_ADAPTERS } from '@orderfox/venues';

const clock = new FakeClock();
let venues: SimulatedVenues | undefined;
let socket: LiveSocket | undefined;
afterEach(async () => {
  await socket?.stop();
  await venues?.stop();
});

/** Opens Bybit's recorded feed for these contracts and waits, on its own clock, until it is LIVE. */
async function live(failedBatch: 'NOTHING' | 'EARLIER', contracts: readonly string[], delisted: string) {
  venues = new SimulatedVenues({ scheduler: clock, limits: { bybit: { failedBatch } } });
  await venues.start();
  const faults = venues.faults('bybit');
  for (const contract of contracts) if (contract !== delisted) faults.list(contract, 1);
  const adapter = VENUE_ADAPTERS.find(({ id }) => id === 'bybit')!;
  const feed = adapter
    .feeds({
      roots: venues.urls.bybit,
      instruments: { all: () => [], get: () => undefined },
      records: () => true,
    })
    .find(({ recorded }) => recorded)!;
  const outages: Outage[] = [];
  const startedMs = clock.nowMs();
  const opened = new LiveSocket({
    protocol: feed.protocol,
    topics: contracts.map((contract) => `allLiquidation.${contract}`),
    clock,
    random: () => 0.5,
    onMessage: () => undefined,
    onState: () => undefined,
    onOutage: (outage) => outages.push(outage),
  });
  socket = opened;
  opened.start();
  await pass(() => opened.status.state === 'LIVE');
  return { outages, opened, tookMs: clock.nowMs() - startedMs };
}

const pass = (condition: () => boolean, stepMs = 100) =>
  waitFor(
    () => {
      if (!condition()) clock.advance(stepMs);
      return condition();
    },
    { withinMs: 30_000, describe: () => JSON.stringify(socket?.status) },
  );

describe.each(['NOTHING', 'EARLIER'] as const)(
  'a batch that fails and takes effect for %s of it',
  (reading) => {
    test.each([
      [20, 0],
      [20, 10],
      [70, 69],
      [450, 300],
    ])('of %i contracts, the one at %i delisted, is LIVE within seconds', async (count, at) => {
      const contracts = Array.from({ length: count }, (_, index) => `COIN${index}USDT`);
      const { opened, outages, tookMs } = await live(reading, contracts, contracts[at]!);
      expect(tookMs).toBeLessThan(10_000);
      expect(opened.counters()).toMatchObject({ connections: 1, unansweredRequests: 0 });
      const topic = `allLiquidation.${contracts[at]!}`;
      expect([...opened.refusedTopics.keys()]).toEqual([topic]);
      const carried = contracts.filter(
        (name) => venues!.of('bybit').carriedBy(`allLiquidation.${name}`) === 1,
      );
      expect(carried).toHaveLength(count - 1);
      expect(outages).toMatchObject([
        { cause: 'SUBSCRIPTION', detail: `the venue refused 1 topic: ${topic}` },
      ]);
    });

    test('is asked for its bad topic again, which ends the outage when it is listed', async () => {
      const { opened, outages } = await live(reading, ['AUSDT', 'BUSDT', 'CUSDT'], 'BUSDT');
      venues!.faults('bybit').list('BUSDT', 1);
      const refusedMs = clock.nowMs();
      await pass(() => outages.length === 2, 1_000);
      expect(clock.nowMs() - refusedMs).toBeLessThan(310_000);
      expect(outages[1]).toEqual({ ...outages[0], toMs: expect.any(Number) });
      expect(opened.counters().connections).toBe(1);
      expect(opened.refusedTopics.size).toBe(0);
    });
  },
);
