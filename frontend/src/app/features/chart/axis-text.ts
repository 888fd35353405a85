import { zoneName, type Zone } from '../../core/time-text.js';

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** A place on the axis of liquidations: `250K`; both directions are amounts, so none has a sign. */
export function amountText(usd: number): string {
  return compact.format(Math.abs(usd)).replace('-', '');
}

/** A place on an axis that has a direction: `-250K`. */
export function signedAmountText(usd: number): string {
  return compact.format(Object.is(Math.round(usd), -0) ? 0 : usd);
}

function formatter(zone: Zone, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', {
    ...options,
    hourCycle: 'h23',
    ...(zone === 'utc' && { timeZone: 'UTC' }),
  });
}

const both = (options: Intl.DateTimeFormatOptions) => ({
  utc: formatter('utc', options),
  local: formatter('local', options),
});
const TIME = both({ hour: '2-digit', minute: '2-digit' });
const DAY = both({ day: 'numeric', month: 'short' });
const MONTH = both({ month: 'short' });
const YEAR = both({ year: 'numeric' });
const FULL = both({ day: '2-digit', month: 'short', year: 'numeric' });

/** What a mark of the time axis stands for, from coarse to fine. */
export type TickKind = 'year' | 'month' | 'day' | 'time';

/**
 * Label of a mark of the time axis. Marks lie where days, months and years begin in UTC; where they begin at another hour
 * for the viewer, the hour is the truth there, and the day stands at the mark that is the viewer's midnight.
 */
export function tickText(ms: number, kind: TickKind, zone: Zone, isIntraday: boolean): string {
  // Whole days, weeks and months begin in UTC, whatever the zone.
  if (!isIntraday) return { year: YEAR, month: MONTH, day: DAY, time: DAY }[kind].utc.format(ms);
  const time = TIME[zone].format(ms);
  if (time !== '00:00') return time;
  return (zone === 'utc' && kind === 'year' ? YEAR : DAY)[zone].format(ms);
}

/** Start of a bucket in full: `27 Jan 2026 14:27 UTC`; whole days and longer are days of UTC, whatever the zone. */
export function bucketText(ms: number, zone: Zone, isIntraday: boolean): string {
  if (!isIntraday) return `${FULL.utc.format(ms)} UTC`;
  return `${FULL[zone].format(ms)} ${TIME[zone].format(ms)} ${zoneName(ms, zone)}`;
}
