import { ErrorReply } from 'redis';
import { messageOf } from '../../core/error-facts.js';
import { type RedisFailure } from './redis-state.js';

const MOST_CHARACTERS = 200;

/** Words that Redis begins its refusals with; of a script they stand within the message. */
const ANSWERS: readonly (readonly [RegExp, RedisFailure])[] = [
  [/\bOOM\b/, { state: 'FULL', reason: 'Redis has reached its maxmemory and takes no more' }],
  [/\bREADONLY\b/, { state: 'READ_ONLY', reason: 'this Redis is a replica and takes no writes' }],
  [/\bMISCONF\b/, { state: 'READ_ONLY', reason: 'Redis cannot save to its disk and takes no writes' }],
  [/\bNOREPLICAS\b/, { state: 'READ_ONLY', reason: 'Redis has too few replicas and takes no writes' }],
  [/\bMASTERDOWN\b/, { state: 'READ_ONLY', reason: 'this Redis is a replica that has lost its master' }],
  [/\bLOADING\b/, { state: 'UNREACHABLE', reason: 'Redis is still loading its data' }],
  [/\bWRONGPASS\b/, { state: 'REFUSED', reason: 'Redis does not accept user and password of REDIS_URL' }],
  [/invalid password/i, { state: 'REFUSED', reason: 'Redis does not accept the password of REDIS_URL' }],
  [/without any password/, { state: 'REFUSED', reason: 'Redis has no password, but REDIS_URL does' }],
  [/\bNOAUTH\b/, { state: 'REFUSED', reason: 'Redis wants a password, and REDIS_URL has none' }],
  [/DB index/, { state: 'REFUSED', reason: 'Redis has no database of the number in REDIS_URL' }],
  [
    /\bMOVED\b|\bCROSSSLOT\b/,
    { state: 'REFUSED', reason: 'this Redis is a cluster; REDIS_URL must name a single server' },
  ],
  [/\bCLUSTERDOWN\b/, { state: 'UNREACHABLE', reason: 'the cluster of this Redis is down' }],
];

/** What a failure of a connection or of a command means, in words that hold nothing secret. */
export function failureOf(error: unknown): RedisFailure {
  const message = messageOf(error);
  const known = ANSWERS.find(([pattern]) => pattern.test(message));
  if (known !== undefined) return known[1];
  // What Redis says of an unknown command repeats its arguments.
  const said = (message.split(/, with args/, 1)[0] ?? '').slice(0, MOST_CHARACTERS);
  return error instanceof ErrorReply
    ? { state: 'REFUSED', reason: `Redis says: ${said}` }
    : { state: 'UNREACHABLE', reason: `Redis cannot be reached: ${said}` };
}

/** An ID that is not above those in the stream: the entry is there, or a later one. */
export function isOutdatedId(error: unknown): boolean {
  return messageOf(error).includes('equal or smaller than the target stream');
}

/** The key holds something else than a stream. */
export function isWrongType(error: unknown): boolean {
  return /\bWRONGTYPE\b/.test(messageOf(error));
}
