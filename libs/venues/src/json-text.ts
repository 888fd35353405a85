/**
 * The JSON of a value for quarantine and for people, cut to a length. Never throws: nesting of many thousand levels,
 * which the parser takes, is too much for the writer.
 */
export function jsonExcerpt(value: unknown, length: number): string {
  if (value === undefined) return 'missing';
  try {
    // A cut may halve a character of two code units, and half a character cannot be stored.
    return JSON.stringify(value).slice(0, length).toWellFormed();
  } catch {
    return 'nested too deeply to be written down';
  }
}
