/** Control characters, and the marks that turn the direction of text; neither belongs in a log line or on a page. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** The beginning of a text that a venue sent, fit for a log line: at most `limit` characters, nothing invisible. */
export function plainText(text: string, limit: number): string {
  return text.slice(0, limit).replace(UNPRINTABLE, '·');
}
