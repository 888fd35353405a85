import { open } from 'node:fs/promises';
import { z } from 'zod';
import { codeOf } from '../../core/error-facts.js';

/** Under which key a file says what it is. Its value is JSON. */
export const FACTS_KEY = 'orderfox';

const FACTS = z.object({
  /** Which kind of file, such as `trades`. */
  kind: z.string(),
  /** Of its columns; it rises when they change. */
  schema: z.number(),
  /** The version of the program that wrote it. */
  version: z.string(),
  /** When. */
  writtenAt: z.string(),
  /** What it is of; null where one file is of all. */
  venue: z.string().nullable(),
  symbol: z.string().nullable(),
  /** The stretch of time, the first instant included, the second not. */
  from: z.string(),
  to: z.string(),
  rows: z.number(),
  /** Values that stand in the column `unfit`. */
  unfit: z.number(),
  /** The day is over, and all that is expected to come late has had its time. */
  isFinal: z.boolean(),
  /** Of market data that was made up. */
  isSimulated: z.boolean(),
  /** The database that the rows are from. */
  store: z.string(),
  /** Of the rows: the same as long as they are. */
  fingerprint: z.string(),
});

/** What a file says of itself. */
export type FileFacts = Readonly<z.infer<typeof FACTS>>;

const MAGIC = 'PAR1';
/** Of the last bytes: the length of what is before them, and the magic. */
const TAIL = 8;
const LARGEST_FOOTER = 16 * 1024 * 1024;

/**
 * What a file of the archive says of itself: undefined where there is none, 'UNKNOWN' for one that is torn or of somebody
 * else. Reads its end only. Rejects with what the file system says of a file that cannot be read.
 */
export async function readFacts(path: string): Promise<FileFacts | 'UNKNOWN' | undefined> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  try {
    const { size } = await handle.stat();
    if (size < 2 * TAIL) return 'UNKNOWN';
    const tail = Buffer.alloc(TAIL);
    await handle.read(tail, 0, TAIL, size - TAIL);
    const length = tail.readUInt32LE(0);
    const isWhole = tail.toString('latin1', 4) === MAGIC && length <= size - TAIL;
    if (!isWhole || length > LARGEST_FOOTER) return 'UNKNOWN';
    const footer = Buffer.alloc(length);
    await handle.read(footer, 0, length, size - TAIL - length);
    return factsIn(footer) ?? 'UNKNOWN';
  } finally {
    await handle.close();
  }
}

/**
 * In Thrift's compact form a string is its field, its length and its bytes. Whatever texts of venues stand before it, it is
 * the last of its kind: behind it are only the name of the program and a list of numbers.
 */
const FIELD = 0x18;
const KEY = Buffer.from([FIELD, FACTS_KEY.length, ...Buffer.from(FACTS_KEY), FIELD]);

function factsIn(footer: Buffer): FileFacts | undefined {
  const found = footer.lastIndexOf(KEY);
  if (found < 0) return undefined;
  let at = found + KEY.length;
  let length = 0;
  for (let shift = 0; shift <= 28; shift += 7) {
    const byte = footer[at];
    if (byte === undefined) return undefined;
    at += 1;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  try {
    return FACTS.parse(JSON.parse(footer.toString('utf8', at, at + length)));
  } catch {
    return undefined;
  }
}
