/** Zones a clock time can be shown in: UTC, or where the viewer is. */
export type Zone = 'utc' | 'local';

// One locale for everybody: digits and 24 hours, and no surprise where a browser names its language oddly.
const LOCALE = 'en-GB';

function formatter(zone: Zone, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(LOCALE, { ...options, ...(zone === 'utc' && { timeZone: 'UTC' }) });
}

const time = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
const clocks = { utc: formatter('utc', time), local: formatter('local', time) };
const days = {
  utc: formatter('utc', { day: '2-digit', month: 'short' }),
  local: formatter('local', { day: '2-digit', month: 'short' }),
};

/** `14:27:40` in the zone. */
export function clockText(ms: number, zone: Zone): string {
  return clocks[zone].format(ms);
}

/** `27 Jan`, or nothing when it is the same day in the zone as `nowMs`. */
export function dayText(ms: number, nowMs: number, zone: Zone): string {
  const day = days[zone].format(ms);
  return day === days[zone].format(nowMs) ? '' : day;
}

/** `UTC`, or the viewer's distance from it at that moment such as `UTC+2`. */
export function zoneName(ms: number, zone: Zone): string {
  if (zone === 'utc') return 'UTC';
  const parts = new Intl.DateTimeFormat('en-US', { timeZoneName: 'shortOffset' }).formatToParts(ms);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return name.replace('GMT', 'UTC');
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** How long something took or is ago, in the largest whole unit: `3 s`, `4 min`, `2 h`, `5 d`. Never negative. */
export function ageText(ms: number): string {
  for (const [unit, length] of UNITS) {
    if (ms >= length) return `${Math.floor(ms / length)} ${unit}`;
  }
  return `${Math.max(0, Math.floor(ms / 1_000))} s`;
}
