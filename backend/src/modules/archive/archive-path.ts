import { createHash } from 'node:crypto';

/** Names of folders beside those of venues. */
export const LIQUIDATIONS = 'liquidations';
export const FEED_GAPS = 'feed_gaps';

/** Names that Windows keeps for devices, whatever follows behind a point. */
const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;
const OWN: ReadonlySet<string> = new Set([LIQUIDATIONS, FEED_GAPS]);
/** Far below what file systems take (255 bytes), so that a long path stays one. */
const LONGEST = 100;
const DAY_MS = 24 * 3_600_000;

/** The folder of a venue: its id, made safe. */
export function venueFolder(venue: string): string {
  const name = safe(venue, /[a-z0-9_-]/);
  return OWN.has(name) ? hex(name.slice(0, 1)) + name.slice(1) : name;
}

/** The folder of a symbol, made safe: `BTCUSDT` is itself. */
export function symbolFolder(symbol: string): string {
  return safe(symbol, /[A-Z0-9_-]/);
}

/** The file of a UTC day, epoch ms of any instant of it. */
export function dayFile(dayMs: number): string {
  return `${dayName(dayMs)}.parquet`;
}

/** `20261122` of any instant of a UTC day. */
export function dayName(dayMs: number): string {
  return new Date(dayMs).toISOString().slice(0, 10).replaceAll('-', '');
}

/** Epoch ms of the day of `20261122.parquet`; undefined for any other name. */
export function dayOfFile(name: string): number | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})\.parquet$/.exec(name);
  if (match === null) return undefined;
  const dayMs = Date.parse(`${match[1] ?? ''}-${match[2] ?? ''}-${match[3] ?? ''}T00:00:00Z`);
  return Number.isNaN(dayMs) || dayFile(dayMs) !== name ? undefined : dayMs;
}

/** 00:00 UTC of the day in which a time lies. */
export function dayStart(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS) * DAY_MS;
}

/**
 * A name of one folder, whatever a venue calls its contracts: letters of one case, digits, `-` and `_` stay, everything else
 * is written as `%` and two digits for each byte of its UTF-8. So no name climbs out of its folder, none is hidden, no two
 * are the same where upper and lower case or composed letters are not told apart, and none is a pattern of a shell. A name
 * that would be too long ends in a digest of itself.
 */
function safe(text: string, kept: RegExp): string {
  let name = '';
  for (const character of text) name += kept.test(character) ? character : hex(character);
  if (name === '') return '%';
  if (DEVICES.test(name)) return hex(name.slice(0, 1)) + name.slice(1);
  if (name.length <= LONGEST) return name;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16).toUpperCase();
  return `${name.slice(0, LONGEST - 18)}%~${digest}`;
}

function hex(character: string): string {
  return [...Buffer.from(character)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}
