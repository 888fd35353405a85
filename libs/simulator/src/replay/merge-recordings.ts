import { readRecording } from './read-recording.js';
import type { RecordedFrame, RecordingOptions } from './recorded-frame.js';

/** A frame with the moment it is due, which never runs backwards within a recording. */
export interface DueFrame extends RecordedFrame {
  readonly dueMs: number;
}

/**
 * Several recordings as one, by time. Each keeps its own order, duplicates and disorder included: a frame that says
 * it is older than the one before it is due together with that one.
 */
export async function* mergeRecordings(
  paths: readonly string[],
  options: RecordingOptions = {},
): AsyncGenerator<DueFrame> {
  const readers = paths.map((path) => inTime(readRecording(path, options)));
  const heads = await Promise.all(readers.map((reader) => reader.next()));
  for (;;) {
    let first: number | undefined;
    for (const [at, head] of heads.entries()) {
      const best = first === undefined ? undefined : heads[first];
      if (
        head.done !== true &&
        (best === undefined || best.done === true || head.value.dueMs < best.value.dueMs)
      ) {
        first = at;
      }
    }
    const head = first === undefined ? undefined : heads[first];
    const reader = first === undefined ? undefined : readers[first];
    if (first === undefined || !reader || !head || head.done === true) return;
    yield head.value;
    heads[first] = await reader.next();
  }
}

async function* inTime(frames: AsyncIterable<RecordedFrame>): AsyncGenerator<DueFrame> {
  let dueMs = 0;
  for await (const frame of frames) {
    dueMs = Math.max(dueMs, frame.atMs ?? 0);
    yield { ...frame, dueMs };
  }
}
