import { type Stretch } from './reading.js';

/** What of a stretch none of the others covers, in order, as far as a piece is longer than `longerThanMs`. */
export function uncovered(
  { fromMs, toMs }: Stretch,
  covers: readonly Stretch[],
  longerThanMs: number,
): readonly Stretch[] {
  const left: Stretch[] = [];
  let nextMs = fromMs;
  const leave = (untilMs: number): void => {
    if (untilMs - nextMs > longerThanMs) left.push({ fromMs: nextMs, toMs: untilMs });
  };
  for (const cover of covers.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (cover.toMs <= nextMs) continue;
    if (cover.fromMs >= toMs) break;
    leave(cover.fromMs);
    nextMs = cover.toMs;
  }
  leave(toMs);
  return left;
}
