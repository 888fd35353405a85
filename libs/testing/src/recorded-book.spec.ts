import { describe, expect, test } from '@jest/globals';
import { BookGrid, OrderBook, parseDecimal } from '@orderfox/domain';
import { BINANCE_BOOK, BookKeeper, RESYNC_EVERY_MS, type BookUpdate, type WireLevel } from '@orderfox/venues';
import { BINANCE_345_S, recordedDataFolder, recordedDataNote, unzipRecordedLines } from './recorded-data.js';

interface Diff {
  readonly U: number;
  readonly u: number;
  readonly pu: number;
  readonly T: number;
  readonly b: readonly WireLevel[];
  readonly a: readonly WireLevel[];
}

interface Snapshot {
  readonly lastUpdateId: number;
  readonly T: number;
  readonly bids: readonly WireLevel[];
  readonly asks: readonly WireLevel[];
}

interface Line {
  readonly receivedMs: number;
  readonly diff?: BookUpdate;
  readonly snapshot?: BookUpdate;
}

/** 344 s of BTCUSDT, every change of the book, as they came. */
function recording(): readonly Line[] {
  const lines: Line[] = [];
  for (const text of unzipRecordedLines(BINANCE_345_S)) {
    const at = text.indexOf(' ');
    const receivedMs = Number(text.slice(0, at)) / 1e6;
    if (text.includes('"depthUpdate"')) {
      const { data } = JSON.parse(text.slice(at)) as { readonly data: Diff };
      lines.push({ receivedMs, diff: updateOf(data) });
    } else if (text.includes('"lastUpdateId"')) {
      const { lastUpdateId, T, bids, asks } = JSON.parse(text.slice(at)) as Snapshot;
      lines.push({
        receivedMs,
        snapshot: { isSnapshot: true, lastId: lastUpdateId, bids, asks, venueTimeMs: T },
      });
    }
  }
  return lines;
}

function updateOf({ U, u, pu, T, b, a }: Diff): BookUpdate {
  return { isSnapshot: false, firstId: U, lastId: u, previousId: pu, bids: b, asks: a, venueTimeMs: T };
}

/** The same book in the plainest way: prices and quantities as texts in a map. */
class PlainBook {
  readonly bids = new Map<number, number>();
  readonly asks = new Map<number, number>();
  lastId = 0;

  write({ bids, asks, lastId }: BookUpdate): void {
    for (const [side, levels] of [
      [this.bids, bids],
      [this.asks, asks],
    ] as const) {
      for (const [price, quantity] of levels) {
        if (Number(quantity) === 0) side.delete(Number(price));
        else side.set(Number(price), Number(quantity));
      }
    }
    this.lastId = lastId;
  }

  /** The whole of it as a venue would send it. */
  snapshot(): BookUpdate {
    const levels = (side: ReadonlyMap<number, number>): WireLevel[] =>
      [...side].map(([price, quantity]) => [price.toFixed(1), quantity.toFixed(3)]);
    return {
      isSnapshot: true,
      lastId: this.lastId,
      bids: levels(this.bids),
      asks: levels(this.asks),
      venueTimeMs: 0,
    };
  }

  sides(): readonly [readonly (readonly number[])[], readonly (readonly number[])[]] {
    return [[...this.bids].sort(([a], [b]) => b - a), [...this.asks].sort(([a], [b]) => a - b)];
  }
}

function keeperOf(nowMs: () => number, onWanted: () => void): BookKeeper {
  const grid = new BookGrid(parseDecimal('0.1'), parseDecimal('0.001'));
  return new BookKeeper({ book: new OrderBook(grid), rule: BINANCE_BOOK, nowMs, onWanted });
}

function sidesOf(book: OrderBook | undefined) {
  const all = book?.size ?? 0;
  return [book?.bids(all) ?? [], book?.asks(all) ?? []].map((levels) =>
    levels.map(({ price, quantity }) => [Number(price), Number(quantity)]),
  );
}

const whenRecorded = recordedDataFolder === undefined ? describe.skip : describe;

whenRecorded(`a recorded book of Binance${recordedDataNote}`, () => {
  const lines = recordedDataFolder === undefined ? [] : recording();

  test('joins its snapshot, is never crossed, loses nothing, and ends as a plain one does', () => {
    let wanted = 0;
    const keeper = keeperOf(
      () => 0,
      () => (wanted += 1),
    );
    const plain = new PlainBook();
    keeper.connected();
    let shown = 0;
    let snapshotId = Number.POSITIVE_INFINITY;
    const before: BookUpdate[] = [];
    for (const { diff, snapshot } of lines) {
      if (snapshot !== undefined) {
        keeper.takeSnapshot(snapshot);
        plain.write(snapshot);
        snapshotId = snapshot.lastId;
        for (const one of before) if (one.lastId >= snapshotId) plain.write(one);
      } else if (diff !== undefined) {
        keeper.take(diff);
        if (snapshotId === Number.POSITIVE_INFINITY) before.push(diff);
        else if (diff.lastId >= snapshotId) plain.write(diff);
        if (shown > 0) expect(keeper.loss).toBeUndefined();
        if (keeper.book !== undefined) shown += 1;
      }
    }
    expect(shown).toBeGreaterThan(6_000);
    expect(wanted).toBe(1);
    expect(sidesOf(keeper.book)).toEqual(plain.sides());
  });

  test('with one update in 500 lost is whole again within 3 s each time, and never shown wrong', () => {
    const plain = new PlainBook();
    let nowMs = 0;
    let wantedMs: number | undefined;
    const asked: number[] = [];
    const away: number[] = [];
    let lostMs: number | undefined;
    const keeper = keeperOf(
      () => nowMs,
      () => {
        wantedMs = nowMs;
        asked.push(nowMs);
      },
    );
    let count = 0;
    for (const { receivedMs, diff, snapshot } of lines) {
      nowMs = receivedMs;
      if (snapshot !== undefined) {
        plain.write(snapshot);
        keeper.connected();
      }
      if (diff === undefined || plain.lastId === 0 || diff.lastId < plain.lastId) continue;
      plain.write(diff);
      count += 1;
      if (count % 500 !== 0) keeper.take(diff);
      keeper.tick();
      if (keeper.book === undefined) lostMs ??= nowMs;
      else if (lostMs !== undefined) {
        away.push(nowMs - lostMs);
        lostMs = undefined;
      }
      // The answer takes a moment, as it does from a venue.
      if (wantedMs !== undefined && nowMs - wantedMs > 250) {
        keeper.takeSnapshot(plain.snapshot());
        wantedMs = undefined;
      }
      if (count % 500 !== 0 && count % 97 === 0 && keeper.book !== undefined)
        expect(sidesOf(keeper.book)).toEqual(plain.sides());
    }
    expect(away.length).toBeGreaterThan(10);
    expect(Math.max(...away)).toBeLessThan(3_000);
    for (let at = 1; at < asked.length; at += 1)
      expect((asked[at] ?? 0) - (asked[at - 1] ?? 0)).toBeGreaterThanOrEqual(RESYNC_EVERY_MS);
    expect(sidesOf(keeper.book)).toEqual(plain.sides());
  });
});
