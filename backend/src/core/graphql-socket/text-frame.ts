/** Largest payload whose length fits into the second byte of a frame, and into two bytes behind it (RFC 6455, 5.2). */
const SHORT_BYTES = 125;
const MEDIUM_BYTES = 65_535;

/** FIN and the opcode of text: a message in one piece. */
const WHOLE_TEXT = 0x81;

/** Bytes of the header in front of a payload of this many bytes: 2, 4 or 10. */
function headerBytes(payloadBytes: number): number {
  if (payloadBytes <= SHORT_BYTES) return 2;
  return payloadBytes <= MEDIUM_BYTES ? 4 : 10;
}

/** Bytes of a whole unmasked text frame, as a server sends it, around a payload of this many bytes. */
export function frameBytes(payloadBytes: number): number {
  return headerBytes(payloadBytes) + payloadBytes;
}

/**
 * Writes the header of an unmasked text frame and returns where its payload begins. The target must have room for the
 * `frameBytes` of the payload; throws a RangeError where not even the header fits.
 */
export function writeFrameHeader(target: Buffer, offset: number, payloadBytes: number): number {
  target.writeUInt8(WHOLE_TEXT, offset);
  if (payloadBytes <= SHORT_BYTES) return target.writeUInt8(payloadBytes, offset + 1);
  if (payloadBytes <= MEDIUM_BYTES) {
    target.writeUInt8(126, offset + 1);
    return target.writeUInt16BE(payloadBytes, offset + 2);
  }
  target.writeUInt8(127, offset + 1);
  target.writeUInt32BE(Math.floor(payloadBytes / 2 ** 32), offset + 2);
  return target.writeUInt32BE(payloadBytes % 2 ** 32, offset + 6);
}
