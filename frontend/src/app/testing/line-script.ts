import {
  type BasisFieldsFragment,
  type FundingFieldsFragment,
  type OpenInterestFieldsFragment,
  type StreamOptions,
} from '@orderfox/client';
import { Feed } from './feed.js';

/** A stream that a market line opened. */
interface OpenedLine {
  readonly name: string;
  readonly feed: Feed<unknown>;
  /** Tells that the stream did not work and is opened again. */
  readonly retried: (error: Error) => void;
}

/** The part of a scripted server that market lines speak to. */
export class LineScript {
  readonly opened: OpenedLine[] = [];

  /** A stream, or undefined for a subscription that no market line opens. */
  open(
    name: string,
    _variables: unknown,
    options: StreamOptions,
  ): AsyncIterableIterator<unknown, undefined> | undefined {
    if (!['OpenInterestUpdated', 'FundingUpdated', 'BasisUpdated'].includes(name)) return undefined;
    const feed = new Feed<unknown>();
    this.opened.push({ name, feed, retried: (error) => options.onRetry?.(error) });
    return feed;
  }

  pushOpenInterest(state: OpenInterestFieldsFragment): void {
    this.#newest('OpenInterestUpdated').push({ openInterestUpdated: state });
  }

  pushFunding(state: FundingFieldsFragment): void {
    this.#newest('FundingUpdated').push({ fundingUpdated: state });
  }

  pushBasis(basis: BasisFieldsFragment): void {
    this.#newest('BasisUpdated').push({ basisUpdated: basis });
  }

  #newest(name: string): Feed<unknown> {
    const opened = this.opened.findLast((each) => each.name === name);
    if (opened === undefined) throw new Error(`${name} was not opened`);
    return opened.feed;
  }
}

/** When the clock of a page under test stands. */
export const LINE_NOW_MS = Date.UTC(2026, 0, 27, 14, 27, 40);

const SUBJECT = {
  venue: 'binance',
  venueSymbol: 'BTCUSDT',
  state: 'LIVE',
  reason: 'The venue answers.',
  since: Date.UTC(2026, 0, 27, 14, 0, 0),
  until: null,
  isStale: false,
  listing: 'LISTED',
} as const;

/** Twelve seconds old: 81,230.5 BTC. */
export function anOpenInterestState(
  change: Partial<OpenInterestFieldsFragment> = {},
): OpenInterestFieldsFragment {
  return {
    ...SUBJECT,
    point: {
      timestamp: LINE_NOW_MS - 12_000,
      openInterest: '81230.5',
      openInterestFormatted: '81.23K',
      openInterestUsd: '5361213000',
      openInterestUsdFormatted: '5.36B',
      isHalved: false,
    },
    ...change,
  };
}

/** Twelve seconds old: 0.01 percent each eight hours. */
export function aFundingState(change: Partial<FundingFieldsFragment> = {}): FundingFieldsFragment {
  return {
    ...SUBJECT,
    point: {
      timestamp: LINE_NOW_MS - 12_000,
      rate: '0.0001',
      rateFormatted: '0.0100%',
      intervalHours: 8,
      aprPercent: '10.95',
      aprFormatted: '10.95%',
      nextFundingAt: Date.UTC(2026, 0, 27, 16, 0, 0),
    },
    ...change,
  };
}

/** Of two prices, one of which is a second and a half old. */
export function aBasis(change: Partial<BasisFieldsFragment> = {}): BasisFieldsFragment {
  return {
    timestamp: LINE_NOW_MS,
    state: 'LIVE',
    reason: 'Both books are whole.',
    since: LINE_NOW_MS - 60_000,
    basisBps: 1.2636,
    basisBpsFormatted: '1.26',
    adjustedBasisBps: 0.4123,
    adjustedBasisBpsFormatted: '0.41',
    stableCoinRate: '0.9999',
    stableCoinRateReason: 'The index of OKX.',
    binance: { mid: '65008.2', ageMs: 20 },
    okx: { mid: '65000.05', ageMs: 1_500 },
    ...change,
  };
}
