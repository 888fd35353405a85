import { isUtf8 } from 'node:buffer';
import { type FrameReading, type SocketProtocol } from './socket-protocol.js';

/** A message as it came off the wire. */
export interface Frame {
  readonly bytes: Buffer;
  readonly isBinary: boolean;
}

/** More than a report shows, and no copy of a huge frame. */
const SAMPLE_BYTES = 1_000;

/**
 * What a frame means, in the protocol's reading. Market data is UTF-8 text; anything else is unreadable before the
 * protocol sees it, and so is a frame on which the protocol throws, against its contract.
 */
export function readFrame(protocol: Pick<SocketProtocol, 'read'>, { bytes, isBinary }: Frame): FrameReading {
  if (isBinary) return { kind: 'unreadable', reason: 'binary frame' };
  if (bytes.length === 0) return { kind: 'unreadable', reason: 'empty frame' };
  // A replacement character in the middle of a symbol or a number would go unnoticed further down.
  if (!isUtf8(bytes)) return { kind: 'unreadable', reason: 'not valid UTF-8' };
  try {
    return protocol.read(bytes.toString());
  } catch (error) {
    return { kind: 'unreadable', reason: `the reader failed: ${String(error)}` };
  }
}

/** The beginning of a frame for a person to look at: text as it is, binary frames in hexadecimal digits. */
export function sampleOf({ bytes, isBinary }: Frame): string {
  return bytes.toString(isBinary ? 'hex' : 'utf8', 0, SAMPLE_BYTES);
}
