import { type FrameReading } from '@orderfox/feed';
import { isRecord } from './wire-row.js';

/** Largest frame that is read, in bytes. The largest real ones, full books, have about a tenth of it. */
export const MAX_FRAME_BYTES = 4 * 1024 * 1024;

/** Shared readings that carry nothing, so that a busy stream does not make garbage. */
export const CONTROL: FrameReading = { kind: 'control' };
export const PONG: FrameReading = { kind: 'pong' };
export const IGNORED: FrameReading = { kind: 'ignored' };

/** A frame that is kept out. The reason is one of few fixed sentences, so that it can be counted and logged per kind. */
export function unreadable(reason: string): FrameReading {
  return { kind: 'unreadable', reason };
}

/** Parses a frame that must be a JSON object and hands it on; anything else is unreadable. */
export function readObjectFrame(
  text: string,
  read: (frame: Readonly<Record<string, unknown>>) => FrameReading,
): FrameReading {
  if (text.length > MAX_FRAME_BYTES) return unreadable('larger than any documented frame');
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return unreadable('not JSON');
  }
  return isRecord(frame) ? read(frame) : unreadable('not a JSON object');
}

/** A refusal of the venue in its own words, cut. */
export function refused(
  reason: string,
  about: { readonly id?: string | undefined; readonly topics?: readonly string[] | undefined },
): FrameReading {
  return {
    kind: 'refused',
    reason: reason.slice(0, 200).toWellFormed(),
    ...(about.id !== undefined && { id: about.id }),
    ...(about.topics !== undefined && about.topics.length > 0 && { topics: about.topics }),
  };
}
