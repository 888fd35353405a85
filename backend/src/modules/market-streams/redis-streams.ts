import { type RedisCommands } from './redis-link.js';
import { idOf, NO_ENTRY, type StreamEnd, type StreamEntry } from './stream-entry.js';

/** Where a stream ends, within a script. A key that is not there has no entry; one that holds no stream ends nowhere. */
const LAST_ID = `
local function last_id(key)
  if redis.call('EXISTS', key) == 0 then return '${NO_ENTRY}' end
  local facts = redis.pcall('XINFO', 'STREAM', key)
  if facts.err then return '' end
  for i = 1, #facts, 2 do
    if facts[i] == 'last-generated-id' then return facts[i + 1] end
  end
end`;

/**
 * Adds entries to a stream, but only if it still ends where the caller believes; else it says where it does end. One step
 * for Redis, so that whatever happens in between (FLUSHALL, a replica that knows less, a second publisher, an answer
 * that was lost) no entry is added twice and none is passed over.
 */
const APPEND = `${LAST_ID}
local last = last_id(KEYS[1])
if last ~= ARGV[1] then return { 0, last } end
local at = 3
while at <= #ARGV do
  local words = tonumber(ARGV[at + 1])
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], ARGV[at], unpack(ARGV, at + 2, at + 1 + words))
  last = ARGV[at]
  at = at + 2 + words
end
return { 1, last }`;

/** Where each of the streams ends. */
const LAST_IDS = `${LAST_ID}
local ids = {}
for i, key in ipairs(KEYS) do ids[i] = last_id(key) end
return ids`;

/** Streams that were set aside are kept for a week. */
const ASIDE_SECONDS = String(7 * 24 * 60 * 60);

/** Renames a stream for a while, but only if it still ends where the caller saw it end. */
const SET_ASIDE = `${LAST_ID}
if last_id(KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('RENAME', KEYS[1], KEYS[2])
redis.call('EXPIRE', KEYS[2], ARGV[2])
return 1`;

/** Where a stream ends. */
export async function endOf(redis: RedisCommands, key: string): Promise<StreamEnd> {
  try {
    const facts = pairs(await redis.sendCommand(['XINFO', 'STREAM', key]));
    const last = facts.get('last-entry');
    const id = facts.get('last-generated-id');
    if (typeof id !== 'string') throw new Error('Redis does not say where a stream ends');
    return Array.isArray(last) ? { id, last: { id: String(last[0]), fields: fieldsOf(last[1]) } } : { id };
  } catch (error) {
    if (error instanceof Error && error.message.includes('no such key')) return { id: NO_ENTRY };
    throw error;
  }
}

/**
 * Adds entries behind `after`, which must be the end of the stream, and keeps about `most` of all. Resolves with whether
 * they were taken, all or none.
 */
export async function append(
  redis: RedisCommands,
  key: string,
  {
    after,
    most,
    entries,
  }: { readonly after: string; readonly most: number; readonly entries: readonly StreamEntry[] },
): Promise<boolean> {
  const words = entries.flatMap((entry) => {
    const fields = Object.entries(entry.fields).flat();
    return [idOf(entry), String(fields.length), ...fields];
  });
  const [isTaken] = (await redis.sendCommand(['EVAL', APPEND, '1', key, after, String(most), ...words])) as [
    number,
  ];
  return isTaken === 1;
}

/** Adds one entry wherever the stream ends. Rejects where its ID is not above the others, see `isOutdatedId`. */
export async function add(
  redis: RedisCommands,
  key: string,
  most: number,
  entry: StreamEntry,
): Promise<void> {
  const fields = Object.entries(entry.fields).flat();
  await redis.sendCommand(['XADD', key, 'MAXLEN', '~', String(most), idOf(entry), ...fields]);
}

/**
 * Puts a stream that ends at `end` out of the way, under another name, so that a new one can begin. Resolves with that name;
 * undefined where it ends elsewhere by now: then it is left alone.
 */
export async function setAside(
  redis: RedisCommands,
  key: string,
  end: string,
  nowMs: number,
): Promise<string | undefined> {
  const aside = `${key}:before:${nowMs}`;
  const words = ['EVAL', SET_ASIDE, '2', key, aside, end, ASIDE_SECONDS];
  return (await redis.sendCommand(words)) === 1 ? aside : undefined;
}

/** The newest ID that each of these keys had, as `StreamEnd.id`; of a key that holds no stream an empty text. */
export async function lastIdsOf(redis: RedisCommands, keys: readonly string[]): Promise<readonly string[]> {
  return (await redis.sendCommand(['EVAL', LAST_IDS, String(keys.length), ...keys])) as readonly string[];
}

/** Names and values that Redis gives one after the other. */
export function pairs(reply: unknown): ReadonlyMap<string, unknown> {
  const items = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
  const found = new Map<string, unknown>();
  for (let at = 0; at + 1 < items.length; at += 2) found.set(String(items[at]), items[at + 1]);
  return found;
}

function fieldsOf(reply: unknown): Record<string, string> {
  return Object.fromEntries([...pairs(reply)].map(([name, value]) => [name, String(value)]));
}
