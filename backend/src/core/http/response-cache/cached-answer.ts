import { createHash } from 'node:crypto';

/** An answer to a GraphQL request, ready to be sent as often as wanted. */
export interface CachedAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly bytes: Buffer;
  /** Strong: the same only for the same bytes of the same type. Absent for an error, which nobody should keep. */
  readonly etag?: string;
}

/** How every answer without errors begins: Apollo writes `errors`, if there are any, before `data`. */
const GOOD = '{"data":{';
/** Errors that are about who asks, not about what is asked. */
const PERSONAL: ReadonlySet<unknown> = new Set(['RATE_LIMITED', 'QUERY_TOO_COMPLEX']);

/** Makes an answer of a finished reply; only one without any error gets an ETag and may be kept. */
export function toAnswer(status: number, contentType: string, body: string | Buffer): CachedAnswer {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const isGood = status === 200 && bytes.subarray(0, GOOD.length).toString('latin1') === GOOD;
  if (!isGood) return { status, contentType, bytes };
  const digest = createHash('sha256').update(`${contentType}\n`).update(bytes).digest('base64url');
  return { status, contentType, bytes, etag: `"${digest}"` };
}

/** True for an answer that may be given to somebody else who asked the same: refusals for a limit of one client may not. */
export function isForEverybody({ status, bytes, etag }: CachedAnswer): boolean {
  if (etag !== undefined) return true;
  if (status === 429) return false;
  try {
    const { errors } = JSON.parse(bytes.toString()) as { errors?: { extensions?: { code?: unknown } }[] };
    return errors?.every(({ extensions }) => !PERSONAL.has(extensions?.code)) ?? false;
  } catch {
    return false;
  }
}

/** Whether the header `If-None-Match` names this ETag. */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  const known = ifNoneMatch?.split(',') ?? [];
  return known.some((text) => text.trim().replace(/^W\//, '') === etag);
}
