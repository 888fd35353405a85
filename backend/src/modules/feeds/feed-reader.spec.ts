import { beforeEach, expect, test } from '@jest/globals';
import { type Liquidation, type Refusal } from '@orderfox/domain';
import { FakeClock } from '@orderfox/feed';
import { type Normalised } from '@orderfox/venues';
import { liquidationForTests } from '../../testing/liquidations-for-tests.js';
import { FeedReader } from './feed-reader.js';
import { RefusalHoles } from './refusal-holes.js';

let clock: FakeClock;
let offered: Liquidation[];
let kept: Refusal[];
let released: Refusal[];
let logged: string[];
let unknownContracts: number;
let answer: (message: unknown) => Normalised;
let holes: RefusalHoles;
let reader: FeedReader;

beforeEach(() => {
  clock = new FakeClock();
  offered = [];
  kept = [];
  released = [];
  logged = [];
  unknownContracts = 0;
  const write = (_: unknown, message: string) => void logged.push(message);
  holes = new RefusalHoles();
  reader = new FeedReader({
    holes,
    venue: 'okx',
    feed: { stream: 'liquidations', normalise: (message) => answer(message) },
    events: { offer: (events) => offered.push(...events) },
    refusals: { keep: (rows) => kept.push(...rows), release: (rows) => released.push(...rows) },
    clock,
    log: { debug: write, info: write, warn: write, error: write },
    onEvents: () => undefined,
    onUnknownContract: () => (unknownContracts += 1),
  });
});

const refusal = (reason: Refusal['reason'], raw: string): Refusal => ({
  type: 'refusal',
  venue: 'okx',
  reason,
  detail: 'because',
  receivedTimeMs: 5,
  raw,
});
const read = (events: readonly Liquidation[], ...refusals: readonly Refusal[]): Normalised => ({
  events,
  refusals,
});

test('hands events on and remembers when the newest was received', () => {
  answer = () => read([liquidationForTests(1)]);
  reader.read({}, 20);
  reader.read({}, 10);
  expect(offered).toHaveLength(2);
  expect(reader.lastEventMs).toBe(20);
});

test('keeps refused rows, counts them by reason and logs each reason once', () => {
  answer = () => read([], refusal('BAD_SIDE', 'a'), refusal('BAD_SIDE', 'b'), refusal('OTHER_PRODUCT', 'c'));
  for (let n = 0; n < 50; n += 1) reader.read({}, n);
  expect(kept).toHaveLength(150);
  expect([...reader.refused]).toEqual([
    ['BAD_SIDE', 100],
    ['OTHER_PRODUCT', 50],
  ]);
  expect(logged).toHaveLength(2);
  expect(reader.refusedToday).toBe(150);
  clock.advance(86_400_000);
  expect(reader.refusedToday).toBe(0);
});

test('counts unreadable rows until a good event, and not those that are merely not wanted', () => {
  answer = () =>
    read([], refusal('MALFORMED', 'a'), refusal('OTHER_PRODUCT', 'b'), refusal('UNSUPPORTED_QUOTE', 'c'));
  reader.read({}, 1);
  reader.read({}, 2);
  expect(reader.unreadableRows).toBe(2);
  answer = () => read([liquidationForTests(1)]);
  reader.read({}, 3);
  expect(reader.unreadableRows).toBe(0);
});

test('a normaliser or a store that throws is counted, logged once, and hurts no later message', () => {
  answer = () => {
    throw new Error('bug');
  };
  reader.read({}, 1);
  reader.read({}, 2);
  answer = () => read([liquidationForTests(1)]);
  reader.read({}, 3);
  expect(offered).toHaveLength(1);
  expect(reader.counts.failures).toBe(2);
  expect(logged).toEqual(['a message could not be handled']);
});

test('a row of an unknown contract waits until it is known, and leaves quarantine then', () => {
  const [one, two] = [refusal('UNKNOWN_INSTRUMENT', 'one'), refusal('UNKNOWN_INSTRUMENT', 'two')];
  answer = () => read([liquidationForTests(1)], one, two, refusal('BAD_SIDE', 'three'));
  reader.read('frame', 7);
  expect([unknownContracts, reader.counts.waitingForContract]).toEqual([1, 1]);

  answer = () => read([liquidationForTests(1), liquidationForTests(2)], two, refusal('BAD_SIDE', 'three'));
  reader.readShelf();
  expect(released).toEqual([one]);
  expect(reader.counts.waitingForContract).toBe(1);

  answer = () => read([liquidationForTests(1), liquidationForTests(2), liquidationForTests(3)]);
  reader.readShelf();
  expect(released).toEqual([one, two]);
  expect(reader.counts.waitingForContract).toBe(0);
  // Each row was refused once, however often it was read.
  expect(kept).toHaveLength(3);
  expect(reader.refused.get('UNKNOWN_INSTRUMENT')).toBe(2);
});

test('a row whose contract is known at last but that is refused for another reason stays kept, and is counted', () => {
  const [one, two] = [refusal('UNKNOWN_INSTRUMENT', 'one'), refusal('UNKNOWN_INSTRUMENT', 'two')];
  const beside = refusal('BAD_SIDE', 'three');
  answer = () => read([], one, two, beside);
  reader.read('frame', 7);

  const otherReason = refusal('BAD_NUMBER', 'one');
  answer = () => read([liquidationForTests(2)], otherReason, beside);
  reader.readShelf();
  expect(released).toEqual([two]);
  expect(kept).toEqual([one, two, beside, otherReason]);
  expect([...reader.refused]).toEqual([
    ['UNKNOWN_INSTRUMENT', 2],
    ['BAD_SIDE', 1],
    ['BAD_NUMBER', 1],
  ]);
  expect([reader.refusedToday, reader.counts.waitingForContract]).toEqual([4, 0]);
});

test('what waits for its contract is missing until all of it has been recorded, and stays so where one is lost', () => {
  const waiting = (raw: string) => ({ ...refusal('UNKNOWN_INSTRUMENT', raw), receivedTimeMs: 9_000 });
  const [one, two] = [waiting('one'), waiting('two')];
  answer = () => read([], one, two);
  reader.read('frame', 9_000);
  expect(holes.takeChanges(clock.nowMs())).toMatchObject([{ fromMs: 7_000, toMs: 9_001 }]);

  answer = () => read([liquidationForTests(1)], two);
  reader.readShelf();
  expect(holes.takeChanges(clock.nowMs())).toEqual([]);
  answer = () => read([liquidationForTests(1), liquidationForTests(2)]);
  reader.readShelf();
  expect(holes.takeChanges(clock.nowMs())).toMatchObject([{ fromMs: 7_000, toMs: 7_000 }]);

  answer = () => read([], one, two);
  reader.read('frame', 9_000);
  holes.takeChanges(clock.nowMs());
  answer = () => read([liquidationForTests(1)], { ...refusal('BAD_NUMBER', 'two'), receivedTimeMs: 9_000 });
  reader.readShelf();
  expect(holes.takeChanges(clock.nowMs())).toEqual([]);
});

test('a message on which our own code fails is missing as well', () => {
  clock.advance(5);
  answer = () => {
    throw new Error('bug');
  };
  reader.read({}, 1);
  expect(holes.takeChanges()).toMatchObject([{ toMs: clock.nowMs() + 1, isNew: true }]);
});
