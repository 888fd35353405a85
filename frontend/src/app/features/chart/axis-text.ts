import { zoneName, type Zone } from '../../core/time-text.js';
import { bucketLengthMs, isIntraday } from './timeframes.js';

const DAY_MS = 86_400_000;

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** A place on the axis of liquidations: `250K`; both directions are amounts, so none has a sign. */
export function amountText(usd: number): string {
  return compact.format(Math.abs(usd)).replace('-', '');
}

/** A place on an axis that has a direction: `-250K`. */
export function signedAmountText(usd: number): string {
  return compact.format(Object.is(Math.round(usd), -0) ? 0 : usd);
}

/** What a mark of the time axis stands for, from coarse to fine. */
export type TickKind = 'year' | 'month' | 'day' | 'time';

/** The words of a time axis in one time zone. */
export interface TimeAxis {
  /** Label of a mark within a day, a month or a year. */
  tick(ms: number, kind: TickKind): string;
  /** Day, month, year and time: `27 Jan 2026 14:27`. */
  full(ms: number): string;
}

/**
 * Words for buckets shorter than a day. Marks of days lie where they begin in UTC, and no mark need lie on the viewer's
 * midnight: a mark of a day says which day it is there, with the hour unless a day begins.
 *
 * @param timeZone an IANA name; undefined for where the viewer is
 */
export function timeAxis(timeZone: string | undefined): TimeAxis {
  const format = formatter(timeZone);
  const time = format({ hour: '2-digit', minute: '2-digit' });
  const day = format({ day: 'numeric', month: 'short' });
  const year = format({ year: 'numeric' });
  const date = format({ day: '2-digit', month: 'short', year: 'numeric' });
  return {
    tick(ms, kind) {
      const hour = time.format(ms);
      if (hour === '00:00') return (kind === 'year' ? year : day).format(ms);
      return kind === 'time' ? hour : `${day.format(ms)} ${hour}`;
    },
    full: (ms) => `${date.format(ms)} ${time.format(ms)}`,
  };
}

function formatter(timeZone: string | undefined) {
  const zone = timeZone === undefined ? {} : { timeZone };
  return (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { ...options, hourCycle: 'h23', ...zone });
}

const AXES: Readonly<Record<Zone, TimeAxis>> = { utc: timeAxis('UTC'), local: timeAxis(undefined) };
const utc = formatter('UTC');
const DAY = utc({ day: 'numeric', month: 'short' });
const LONG: Readonly<Record<TickKind, Intl.DateTimeFormat>> = {
  year: utc({ year: 'numeric' }),
  month: utc({ month: 'short' }),
  day: DAY,
  time: DAY,
};
const DATE = utc({ day: '2-digit', month: 'short', year: 'numeric' });

/** Label of a mark of the time axis. Whole days, weeks and months begin in UTC, whatever the zone. */
export function tickText(ms: number, kind: TickKind, zone: Zone, intraday: boolean): string {
  return intraday ? AXES[zone].tick(ms, kind) : LONG[kind].format(ms);
}

/** The most characters that a mark can have: a day has its hour beside it where no bucket begins at midnight. */
export function longestTick(zone: Zone, timeframe: string): number {
  const lengthMs = bucketLengthMs(timeframe);
  const isOnMidnights = zone === 'utc' && lengthMs !== undefined && DAY_MS % lengthMs === 0;
  return isIntraday(timeframe) && !isOnMidnights ? '28 Jan 02:00'.length : '28 Jan'.length;
}

/** Start of a bucket in full: `27 Jan 2026 14:27 UTC`; whole days and longer are days of UTC, whatever the zone. */
export function bucketText(ms: number, zone: Zone, intraday: boolean): string {
  return intraday ? `${AXES[zone].full(ms)} ${zoneName(ms, zone)}` : `${DATE.format(ms)} UTC`;
}
