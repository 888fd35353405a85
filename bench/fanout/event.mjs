/**
 * The event that every server of the comparison sends: ten fields, of the same width whatever they hold, so that every
 * frame of every server is equally long. Its id carries what the fleet needs: the number and the moment of publishing.
 */

/** How many markets there are. Event number n is of market n % MARKETS. */
export const MARKETS = 300;
const FIRST_CURSOR = 1_000_000_000;

/** What every subscriber asks for. The same text for every server; only `filter` differs. */
export const SUBSCRIPTION =
  'subscription Fan($filter: LiquidationFilter) { liquidationAdded(filter: $filter) { ' +
  'cursor venue symbol liquidatedSide side quantity price notionalUsd timestamp id } }';

/** Digits of the event number, and of the moment in microseconds, at the end of an event's id. */
export const SEQ_DIGITS = 9;
export const MOMENT_DIGITS = 16;

/** Number of the event in the store, whose cursors thereby have one length. */
export const storeSeq = (seq) => FIRST_CURSOR + seq;

/** Symbol of market number `at`, such as `C017USDT`. */
export const symbolOf = (at) => `C${String(at % MARKETS).padStart(3, '0')}USDT`;

/** Name of the store in cursors, as long as a real one. */
export const STORE_ID = '0123456789ab';

/** Event number `seq`, published at `momentUs` of the machine's monotonic clock, in the order of SUBSCRIPTION. */
export function eventOf(seq, momentUs) {
  const symbol = symbolOf(seq);
  const number = String(seq).padStart(SEQ_DIGITS, '0');
  return {
    cursor: Buffer.from(`1.${STORE_ID}.${storeSeq(seq)}`).toString('base64url'),
    venue: 'binance',
    symbol,
    liquidatedSide: 'LONG',
    side: 'SELL',
    quantity: `0.${String((seq % 899) + 100)}1`,
    price: `63${String((seq % 900) + 100)}.1`,
    notionalUsd: `${String((seq % 8_000) + 1_000)}.01708`,
    timestamp: 1_763_700_000_000 + seq,
    id: `binance:${symbol}:${number}:${String(momentUs).padStart(MOMENT_DIGITS, '0')}`,
  };
}

/** Now, in microseconds of the clock that all processes of the machine share. */
export const nowUs = () => Number(process.hrtime.bigint() / 1_000n);
