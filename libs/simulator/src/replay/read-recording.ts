import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { CryptofeedReader } from './cryptofeed-lines.js';
import { forceOrderFrame } from './force-order-csv.js';
import { RecordingError, type RecordedFrame, type RecordingOptions } from './recorded-frame.js';
import { singleFrame } from './single-frames.js';
import { TimedLinesReader } from './timed-lines.js';

/**
 * The frames of a recording in its own order: `.csv` Binance forceOrder lines, `.jsonl` single frames,
 * `.jsonl.gz` a cryptofeed capture, any other `.gz` lines of Binance futures that begin with their time. Throws
 * RecordingError for anything else, and the file system's own errors.
 */
export async function* readRecording(
  path: string,
  options: RecordingOptions = {},
): AsyncGenerator<RecordedFrame> {
  const parse = parserFor(path, options);
  const file = createReadStream(path);
  const zipped = path.endsWith('.gz');
  const input = zipped ? file.pipe(createGunzip()) : file;
  if (zipped) file.on('error', (error) => input.destroy(error));
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    const frame = line.trim() === '' ? undefined : parse(line);
    if (frame) yield frame;
  }
}

function parserFor(path: string, options: RecordingOptions): (line: string) => RecordedFrame | undefined {
  if (/\.csv(?:\.gz)?$/u.test(path)) return (line) => forceOrderFrame(line, path, options);
  if (path.endsWith('.jsonl')) return (line) => singleFrame(line, path);
  if (path.endsWith('.jsonl.gz')) {
    const reader = new CryptofeedReader(path);
    return (line) => reader.read(line);
  }
  if (path.endsWith('.gz')) {
    const reader = new TimedLinesReader(path);
    return (line) => reader.read(line);
  }
  throw new RecordingError(path, 'no known format: .csv, .jsonl, .jsonl.gz or .gz is expected');
}
