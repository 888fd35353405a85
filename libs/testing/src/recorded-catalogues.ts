import { type Instrument, type InstrumentLookup } from '@orderfox/domain';
import { VENUE_ADAPTERS, type VenueAdapter } from '@orderfox/venues';
import { unzipRecordedLines } from './recorded-data.js';

/** The adapter of a venue. Throws for a venue that does not exist. */
export function adapterOf(venue: string): VenueAdapter {
  const adapter = VENUE_ADAPTERS.find(({ id }) => id === venue);
  if (adapter === undefined) throw new Error(`there is no venue ${venue}`);
  return adapter;
}

/** Reads a catalogue answer through the venue's own adapter and makes it searchable. */
export async function lookupFrom(venue: string, answer: unknown): Promise<InstrumentLookup> {
  const adapter = adapterOf(venue);
  const instruments = await adapter.listInstruments(() => Promise.resolve(answer), adapter.roots);
  const bySymbol = new Map<string, Instrument>(
    instruments.map((instrument) => [instrument.venueSymbol, instrument]),
  );
  return { get: (symbol) => bySymbol.get(symbol), all: () => instruments };
}

/** The body of the first recorded HTTP answer whose address ends so. Throws where there is none. */
export function recordedAnswer(path: string, addressEnd: string): Readonly<Record<string, unknown>> {
  for (const line of unzipRecordedLines(path)) {
    if (!line.startsWith('{"t":"http"')) continue;
    const { url, data } = JSON.parse(line) as { readonly url: string; readonly data: string };
    if (url.endsWith(addressEnd)) return JSON.parse(data) as Readonly<Record<string, unknown>>;
  }
  throw new Error(`${path} has no answer to ${addressEnd}`);
}

const QUOTES = ['USDT', 'USDC', 'BUSD'];

/**
 * A Binance `exchangeInfo` answer for symbols such as `1000PEPEUSDC` and `ETHUSDT_250627`. There is no recorded one
 * that holds them all; base and quote follow from the name, the steps are made up and of no effect on an event.
 */
export function exchangeInfoFor(symbols: Iterable<string>): unknown {
  return {
    symbols: [...new Set(symbols)].map((symbol) => {
      const pair = symbol.replace(/_\d+$/, '');
      const quoteAsset = QUOTES.find((quote) => pair.endsWith(quote)) ?? '';
      return {
        symbol,
        contractType: pair === symbol ? 'PERPETUAL' : 'CURRENT_QUARTER',
        status: 'TRADING',
        baseAsset: pair.slice(0, pair.length - quoteAsset.length),
        quoteAsset,
        filters: [{ filterType: 'PRICE_FILTER', tickSize: '0.0000001' }],
      };
    }),
  };
}
