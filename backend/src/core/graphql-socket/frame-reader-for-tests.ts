/** What a server may send: text, and the frames that `ws` adds. */
interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** For specs: reads unmasked frames one after the other, and throws where one is torn or no frame begins. */
export function readFrames(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const first = bytes.readUInt8(offset);
    const short = bytes.readUInt8(offset + 1);
    if ((first & 0xf0) !== 0x80 || short > 127) throw new Error(`no whole unmasked frame at ${offset}`);
    let start = offset + 2;
    let length = short;
    if (short === 126) {
      length = bytes.readUInt16BE(start);
      start += 2;
    } else if (short === 127) {
      length = Number(bytes.readBigUInt64BE(start));
      start += 8;
    }
    if (start + length > bytes.length) throw new Error(`the frame at ${offset} is torn`);
    frames.push({ opcode: first & 0x0f, payload: bytes.subarray(start, start + length) });
    offset = start + length;
  }
  return frames;
}

/** For specs: the texts of all text frames. */
export function readTexts(bytes: Buffer): string[] {
  return readFrames(bytes)
    .filter(({ opcode }) => opcode === 1)
    .map(({ payload }) => payload.toString());
}
