/** What takes as long for a short text as for a long one: measured, about that of 500 characters. */
const POINTS_PER_TEXT = 10;
/** A character takes about as long to parse and to compare with the schema as a hundredth of an object to fetch. */
const CHARACTERS_PER_POINT = 50;

/**
 * Takes points from whoever sent an operation. Undefined if they were there, else the milliseconds until they will be,
 * and nothing is taken.
 */
export type Charge = (points: number) => number | undefined;

/**
 * The points that it costs to have a text read which nobody has sent lately. Without them a document that is refused
 * would cost nothing but the server's time.
 */
export function readingCost(text: string): number {
  return POINTS_PER_TEXT + Math.ceil(text.length / CHARACTERS_PER_POINT);
}
