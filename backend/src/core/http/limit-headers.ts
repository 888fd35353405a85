import { type RequestPermit } from '../clients/client-ledger.js';

/**
 * What a client is told of its requests with every answer, names and values by turns. Names and units as in the IETF
 * draft "RateLimit header fields for HTTP": seconds, whole ones.
 */
export function limitHeaders(
  { limit, remaining, resetMs }: RequestPermit,
  perMinute: number,
): readonly string[] {
  return [
    'ratelimit-limit',
    String(limit),
    'ratelimit-remaining',
    String(remaining),
    'ratelimit-reset',
    String(Math.ceil(resetMs / 1_000)),
    'ratelimit-policy',
    `${perMinute};w=60;burst=${limit}`,
  ];
}
