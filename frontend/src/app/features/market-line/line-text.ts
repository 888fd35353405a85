import {
  type BasisFieldsFragment,
  type FundingFieldsFragment,
  type OpenInterestFieldsFragment,
} from '@orderfox/client';
import { groupText } from '../../core/exact-sum.js';
import { ageText } from '../../core/time-text.js';
import { stateWord } from '../venues/venue-words.js';

/** A value of one venue as the line shows it. */
export interface LineValue {
  readonly isKnown: boolean;
  /** True where it is too old to be taken for the present. */
  readonly isOld: boolean;
  /** What is shown; where nothing is known, that. */
  readonly text: string;
  /** In smaller letters behind it; where nothing is known, why. */
  readonly detail: string;
  /** How old it is; empty where nothing is known. */
  readonly age: string;
  /** Exact values, and what they mean. */
  readonly hint: string;
}

/** A value that no poll has renewed for three minutes is none of the present, whatever was said of it then. */
const OLD_MS = 180_000;

type Subject = Pick<OpenInterestFieldsFragment, 'state' | 'reason' | 'since' | 'isStale'>;

/** Open interest of one venue. */
export function openInterestValue(
  state: OpenInterestFieldsFragment,
  baseAsset: string,
  nowMs: number,
): LineValue {
  const { point } = state;
  if (point === null) return unknownValue(state, nowMs);
  const usd = point.openInterestUsdFormatted;
  return {
    ...known(state, point.timestamp, nowMs),
    text: usd === null ? `${point.openInterestFormatted} ${baseAsset}` : `${usd} USD`,
    detail: usd === null ? 'no price to reckon USD' : `${point.openInterestFormatted} ${baseAsset}`,
    hint: [
      `${groupText(point.openInterest)} ${baseAsset}, one side of all open contracts`,
      point.openInterestUsd === null ? '' : `${groupText(point.openInterestUsd)} USD`,
      point.isHalved ? 'the venue counts both sides, this is half of it' : '',
      said(state),
    ]
      .filter((part) => part !== '')
      .join('; '),
  };
}

/** Funding of one venue: what longs pay to shorts, and shorts to longs where it is below zero. */
export function fundingValue(state: FundingFieldsFragment, nowMs: number): LineValue {
  const { point } = state;
  if (point === null) return unknownValue(state, nowMs);
  const { rate, rateFormatted, intervalHours, aprPercent, aprFormatted, nextFundingAt } = point;
  const next = nextFundingAt === null ? '' : `, ${countdown(nextFundingAt - nowMs)}`;
  const payer =
    Number(rate) === 0 ? 'nobody pays' : Number(rate) > 0 ? 'longs pay shorts' : 'shorts pay longs';
  return {
    ...known(state, point.timestamp, nowMs),
    text: `${aprFormatted} APR`,
    detail: `${rateFormatted} / ${intervalHours} h${next}`,
    hint: `${rate} of the position each ${intervalHours} h, an estimate that still changes: ${payer}; ${aprPercent} % in a year without compounding; ${said(state)}`,
  };
}

/** How far the middle of Binance lies above that of OKX's USDC swap. */
export function basisValue(basis: BasisFieldsFragment, nowMs: number): LineValue {
  const { basisBpsFormatted, adjustedBasisBpsFormatted, timestamp, binance, okx, stableCoinRate } = basis;
  if (basisBpsFormatted === null) return unknownValue({ ...basis, isStale: false }, nowMs);
  const ageMs = nowMs - timestamp + Math.max(binance.ageMs ?? 0, okx.ageMs ?? 0);
  const rate = stableCoinRate === null ? basis.stableCoinRateReason : `one USDC is ${stableCoinRate} USDT`;
  return {
    isKnown: true,
    isOld: false,
    text: `${basisBpsFormatted} bps`,
    detail:
      adjustedBasisBpsFormatted === null
        ? 'as if USDC were USDT'
        : `${adjustedBasisBpsFormatted} bps with USDC in USDT`,
    age: ageText(ageMs),
    hint: `Binance ${binance.mid ?? '–'} USDT against OKX ${okx.mid ?? '–'} USDC, both the middle of the order book, in hundredths of a percent; ${rate}`,
  };
}

/** `in 7:05:09`; `due` once it is over. */
export function countdown(ms: number): string {
  if (ms <= 0) return 'due';
  const seconds = Math.floor(ms / 1_000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `in ${Math.floor(seconds / 3_600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function known({ isStale }: Subject, timestamp: number, nowMs: number) {
  const ageMs = nowMs - timestamp;
  return { isKnown: true, isOld: isStale || ageMs >= OLD_MS, age: ageText(ageMs) };
}

function unknownValue(state: Subject, nowMs: number): LineValue {
  return {
    isKnown: false,
    isOld: false,
    text: 'not known',
    detail: `${stateWord(state.state, undefined)} for ${ageText(nowMs - state.since)}: ${state.reason}`,
    age: '',
    hint: state.reason,
  };
}

function said({ state, reason }: Subject): string {
  return `${stateWord(state, undefined)}: ${reason}`;
}
