import { editDistance } from './edit-distance.js';

/** Variables of the public contract that stand for parts which this version does not have. */
const NOT_USED_YET = ['SOLANA_RPC_URL', 'HELIUS_WEBHOOK_AUTH'] as const;

/** Shorter names are too near to those of other programs to be taken for ours. */
const SHORTEST_GUESS = 6;

/**
 * One sentence per variable that is set and does nothing: those that this version does not use, and near misses of
 * the known names. Variables of other programs are passed over. Values are never told: some are secrets.
 */
export function configWarnings(given: readonly string[], known: readonly string[]): readonly string[] {
  const ours = [...known, ...NOT_USED_YET, 'ROLE'];
  return given.flatMap((name) => {
    if (NOT_USED_YET.some((unused) => unused === name)) {
      return [`${name} is set, but this version does not use it.`];
    }
    if (ours.includes(name)) return [];
    const meant = ours.find((candidate) => isNearMiss(name, candidate));
    return meant === undefined ? [] : [`${name} is no setting; did you mean ${meant}?`];
  });
}

/** What this version cannot do although it was asked to: a second process that records would be an accident. */
export function roleProblem(role: string | undefined): string | undefined {
  if (role === undefined || role === 'all') return undefined;
  return `ROLE: this version runs everything in one process, so it can only be "all", not ${JSON.stringify(role)}`;
}

/** One letter off, two in a long name, or words left out, as in `BINANCE_WS_URL` for `BINANCE_WS_BASE_URL`. */
function isNearMiss(name: string, candidate: string): boolean {
  if (name.length < SHORTEST_GUESS) return false;
  const limit = name.length < 10 ? 1 : 2;
  const upper = name.toUpperCase();
  if (editDistance(upper, candidate, limit) <= limit) return true;
  const words = upper.split('_');
  return words.length >= 3 && words.every((word) => candidate.split('_').includes(word));
}
