/** The time of day of an instant in UTC, `HH:MM:SS`. `timeMs` is epoch milliseconds; fractions of a second are cut. */
export function formatClockTime(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(11, 19);
}
