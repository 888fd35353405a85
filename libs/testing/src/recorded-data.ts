import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

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
  if (recordedDataFolder === undefined) throw new Error('there is no recorded data in ../shared/data');
  return readFileSync(`${recordedDataFolder}${path}`, 'utf8');
}

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
