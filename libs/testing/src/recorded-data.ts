import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/**
 * The folder of recorded exchange data that lies beside the repository, `../shared/data`, or undefined where it does
 * not. It is not part of the repository: tests that need it skip without it, and say so in their titles.
 */
export const recordedDataFolder: string | undefined = locate();

function locate(): string | undefined {
  const folder = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
  return existsSync(folder) ? folder : undefined;
}

/** What to append to the title of a test that reads recorded data. */
export const recordedDataNote =
  recordedDataFolder === undefined ? ' (skipped: there is no recorded data in ../shared/data)' : '';

/** The text of a recorded file. Throws where there is none: ask `recordedDataFolder` first. */
export function readRecordedText(path: string): string {
  return readRecorded(path).toString('utf8');
}

/** The lines of a recorded file ending in `.gz`, without the last line's end. Throws where there is none. */
export function unzipRecordedLines(path: string): readonly string[] {
  return gunzipSync(readRecorded(path)).toString('utf8').trim().split('\n');
}

/** What one connection of a `recordings/*.jsonl.gz` file received, in order, as its texts. Throws where there is none. */
export function receivedFrames(path: string, connection: string): readonly string[] {
  return unzipRecordedLines(path)
    .map((line) => JSON.parse(line) as { readonly t: string; readonly conn: string; readonly data: string })
    .filter(({ t, conn }) => t === 'recv' && conn === connection)
    .map(({ data }) => data);
}

function readRecorded(path: string): Buffer {
  if (recordedDataFolder === undefined) throw new Error('there is no recorded data in ../shared/data');
  return readFileSync(`${recordedDataFolder}${path}`);
}

/** 42 s of three linear contracts of Bybit, and the answers that its REST interface gave before. */
export const BYBIT_42_S = 'bybit/recordings/v5-2026-08-09.jsonl.gz';
/** 11 s of public channels of OKX, from before it numbered the updates of its books. */
export const OKX_11_S = 'okx/recordings/public-2022-05-13.jsonl.gz';
/** 345 s of BTCUSDT at Binance: every change of the book, and the whole of it. */
export const BINANCE_345_S = 'binance/orderbook/usdm_btcusdt_20240808.gz';

/** One line of a `frames/*.jsonl` file: a frame as its venue sent it. */
export interface RecordedFrame {
  readonly channel: string;
  /** The frame's text. */
  readonly raw: string;
  readonly note: string;
}

/** The frames of a `frames/*.jsonl` file, in order. */
export function readRecordedFrames(path: string): readonly RecordedFrame[] {
  return readRecordedText(path)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RecordedFrame);
}
