import type { SimulatedVenueId } from '../simulated-venues.js';
import { asObject, parseJson } from '../server/json-reading.js';
import { RecordingError, type RecordedFrame } from './recorded-frame.js';

/**
 * One line of a file of single frames: an object whose `raw` is the frame as text. Played as it is, to whoever
 * listens to liquidations, because such files also hold frames of retired channels. Throws RecordingError.
 */
export function singleFrame(line: string, path: string): RecordedFrame {
  const raw = asObject(parseJson(line))?.raw;
  if (typeof raw !== 'string') throw new RecordingError(path, `no "raw" in ${line.slice(0, 120)}`);
  const venue = venueInPath(path) ?? venueOfFrame(raw);
  if (!venue) throw new RecordingError(path, 'neither its folder nor its frames name binance, okx or bybit');
  return { venue, atMs: pushTimeOf(raw), text: raw, audience: 'LISTENERS' };
}

function venueInPath(path: string): SimulatedVenueId | undefined {
  return [...path.matchAll(/(?:^|[/\\])(binance|okx|bybit)(?=[/\\])/gu)].at(-1)?.[1] as
    SimulatedVenueId | undefined;
}

function venueOfFrame(raw: string): SimulatedVenueId | undefined {
  if (/"topic"\s*:/u.test(raw)) return 'bybit';
  if (/"arg"\s*:/u.test(raw)) return 'okx';
  return /"e"\s*:/u.test(raw) ? 'binance' : undefined;
}

/** The first 13-digit time under a name the venues use for the push, else for the event. */
function pushTimeOf(raw: string): number | undefined {
  const time = /"(?:E|ts)"\s*:\s*"?(\d{13})\b/u.exec(raw) ?? /"T"\s*:\s*"?(\d{13})\b/u.exec(raw);
  return time ? Number(time[1]) : undefined;
}
