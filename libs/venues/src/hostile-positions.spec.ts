import { describe, expect, test } from '@jest/globals';
import { isDecimal, MAX_DECIMAL_DIGITS } from '@orderfox/domain';
import { VenueError, type JsonFetch } from '@orderfox/feed';
import fc from 'fast-check';
import { hostileValue, leaves, replaced, type Path } from './contract/hostile-values.js';
import { perpetual, THOUSAND_COINS } from './contract/instrument-fixture.js';
import { SCRIPTED_ROOTS as ROOTS } from './contract/scripted-http.js';
import { readFixture } from './contract/venue-fixtures.js';
import { VENUE_ADAPTERS } from './index.js';

const HOUR = 3_600_000;

/** What a venue answers, in the documented shape, and whole. */
interface PositionFixture {
  readonly nowMs: number;
  /** Two contracts: one of single coins, of which there is history, and one of thousands. */
  readonly contracts: readonly [string, string];
  /** The path that has three of the five minutes before. */
  readonly history: string;
  /** By path. */
  readonly answers: Readonly<Record<string, unknown>>;
}

const VENUES = VENUE_ADAPTERS.flatMap(({ id, openInterest, funding }) =>
  openInterest === undefined || funding === undefined ? [] : [{ id, openInterest, funding }],
);

/** Answers with what belongs to the longest path that the request begins with; one request in a while, never for ever. */
function serve(answers: Readonly<Record<string, unknown>>): {
  readonly http: JsonFetch;
  readonly count: () => number;
} {
  let count = 0;
  const http: JsonFetch = (address) => {
    count += 1;
    const { pathname } = new URL(address);
    return Promise.resolve(answers[pathname]);
  };
  return { http, count: () => count };
}

describe.each(VENUES)('hostile open interest and funding at $id', ({ id, openInterest, funding }) => {
  const fixture = readFixture(`${id}/fixtures/positions/answers.json`) as PositionFixture;
  const { nowMs: NOW, answers: good, history } = fixture;
  const [one, thousand] = [
    perpetual(id, fixture.contracts[0]),
    perpetual(id, fixture.contracts[1], THOUSAND_COINS),
  ];
  const contracts = [one, thousand];
  const request = { instrument: one, fromMs: NOW - HOUR, toMs: NOW + 1, nowMs: NOW };
  const day = { ...request, fromMs: NOW - 24 * HOUR };

  /** Everything that can be asked, over answers of one kind: what was read, what was told, who gave up. */
  async function askAll(answers: Readonly<Record<string, unknown>>) {
    const { http, count } = serve(answers);
    const problems: string[] = [];
    const tell = (problem: string) => {
      problems.push(problem);
    };
    const several = openInterest.servesAll ? contracts : contracts.slice(0, 1);
    const asked = [
      openInterest.current(http, ROOTS, several, NOW, tell),
      openInterest.history.list(http, ROOTS, request, tell),
      funding.current(http, ROOTS, contracts, NOW, tell),
      funding.history.list(http, ROOTS, day, tell),
    ] as const;
    const [current, past, estimates, settled] = await Promise.all(
      asked.map((one) =>
        (one as Promise<readonly unknown[]>).catch((error: unknown) => {
          // Anything else would end the poller.
          expect(error).toBeInstanceOf(VenueError);
          return [];
        }),
      ),
    );
    return {
      amounts: [...(current ?? []), ...(past ?? [])] as Awaited<(typeof asked)[0]>,
      rates: [...(estimates ?? []), ...(settled ?? [])] as Awaited<(typeof asked)[2]>,
      problems,
      requests: count(),
    };
  }

  function expectSound({ amounts, rates, problems, requests }: Awaited<ReturnType<typeof askAll>>): void {
    expect(requests).toBeLessThan(450);
    for (const reading of amounts) {
      for (const amount of [reading.openInterest, reading.openInterestUsd ?? '0']) {
        expect(isDecimal(amount) && Number(amount) >= 0 && amount.length <= MAX_DECIMAL_DIGITS + 20).toBe(
          true,
        );
      }
      expect(reading.timestampMs).toBeLessThanOrEqual(NOW + 300_000);
      expect(contracts).toContain(reading.instrument);
    }
    for (const { rate, intervalMs, kind, nextFundingMs, timestampMs } of rates) {
      expect(isDecimal(rate) && Math.abs(Number(rate)) <= 1).toBe(true);
      expect(intervalMs % 60_000 === 0 && intervalMs > 0 && intervalMs <= 24 * HOUR).toBe(true);
      expect(nextFundingMs === undefined).toBe(kind === 'SETTLED');
      if (nextFundingMs !== undefined)
        expect(nextFundingMs - timestampMs).toBeLessThanOrEqual(intervalMs + 60_000);
    }
    for (const problem of problems) expect(problem.length).toBeLessThan(300);
  }

  test('the answers themselves are read whole', async () => {
    const found = await askAll(good);
    expectSound(found);
    // A venue that is asked for one contract finds the list of all where it looks for one price.
    expect(found.problems).toHaveLength(openInterest.servesAll ? 0 : 1);
    expect(found.amounts).toHaveLength((openInterest.servesAll ? 2 : 1) + 3);
    expect(found.rates).toHaveLength(2 + 3);
  });

  test('one odd field costs its own row at most, or its whole answer', async () => {
    const places: readonly Path[] = [...leaves(good), ...Object.keys(good).map((key) => [key])];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), hostileValue, async (path, value) => {
        expectSound(await askAll(replaced(good, path, value) as Record<string, unknown>));
      }),
      { numRuns: 250 },
    );
  });

  test('a row of the past that is none is told, and the two others are given', async () => {
    const rows = leaves(good[history]).filter((place) => place.includes('1'));
    expect(rows.length).toBeGreaterThan(2);
    for (const place of rows) {
      const answers = { ...good, [history]: replaced(good[history], place, { odd: true }) };
      const problems: string[] = [];
      const readings = await openInterest.history.list(serve(answers).http, ROOTS, request, (problem) => {
        problems.push(problem);
      });
      // What a row need not have is not missed: contracts beside coins.
      expect(readings.length + problems.length).toBe(3);
      expect(readings.length).toBeGreaterThanOrEqual(2);
    }
  });

  test('anything at all is read, told or refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), hostileValue), async (answer) => {
        const answers = Object.fromEntries(Object.keys(good).map((path) => [path, answer]));
        expectSound(await askAll(answers));
      }),
      { numRuns: 200 },
    );
  });
});
