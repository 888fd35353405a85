import { type Liquidation } from '@orderfox/domain';
import { crc32 } from 'node:zlib';

/** One event as a line of the spool: CRC-32 of the JSON in eight hex digits, a blank, the JSON, a line feed. */
export function toSpoolLine(event: Liquidation): string {
  const json = JSON.stringify(event);
  return `${checksum(json)} ${json}\n`;
}

/** Reads a line without its line feed. Undefined if it is not, to the last bit, what was written. */
export function fromSpoolLine(line: string): Liquidation | undefined {
  const json = line.slice(9);
  if (line[8] !== ' ' || line.slice(0, 8) !== checksum(json)) return undefined;
  return JSON.parse(json) as Liquidation;
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}
