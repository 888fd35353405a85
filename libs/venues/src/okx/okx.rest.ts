import { type JsonFetch, type VenueFailure } from '@orderfox/feed';
import { listIn, requireCode } from '../rest-answer.js';
import { joinAddress } from '../venue-address.js';
import { requireLiveOkx } from './okx.address.js';

const FAILURES: ReadonlyMap<unknown, VenueFailure> = new Map([
  ['50011', 'RATE_LIMITED'],
  ['50013', 'UNAVAILABLE'],
  ['50026', 'UNAVAILABLE'],
]);

/** The rows of an answer, whose code may be a refusal under HTTP 200. Throws VenueError. */
export async function askOkx(http: JsonFetch, restRoot: string, path: string): Promise<readonly unknown[]> {
  requireLiveOkx(restRoot);
  const body = await http(joinAddress(restRoot, path));
  const what = `okx ${path}`;
  requireCode(body, what, { code: 'code', message: 'msg', good: '0' }, FAILURES);
  return listIn(body, what, 'data');
}
