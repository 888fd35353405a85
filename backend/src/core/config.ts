import { VENUE_ADAPTERS, type VenueAdapter, type VenueRoots } from '@orderfox/venues';
import { z } from 'zod';
import { ARCHIVE_SETTINGS, archiveProblems } from './config-archive.js';
import { LIMIT_SETTINGS, limitProblems, type LimitSettings } from './config-limits.js';
import { symbolProblems } from './config-symbols.js';
import { configWarnings, roleProblem } from './config-warnings.js';
import { redisAddressProblem } from './redis-address.js';

const flag = z.stringbool();
const root = (schemes: readonly string[]) =>
  z.string().refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol), {
    message: `must be an address that starts with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
  });
const wsRoot = root(['ws:', 'wss:']);
const restRoot = root(['http:', 'https:']);
const redisAddress = z.string().superRefine((text, context) => {
  const problem = redisAddressProblem(text);
  if (problem !== undefined) context.addIssue(problem);
});
const list = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
  .refine((parts) => parts.length > 0, { message: 'must name at least one; leave it unset for the default' });
/** As browsers write them: a path or a missing scheme would silently allow nothing. */
const origins = list.transform((entries, context) =>
  entries.map((entry) => {
    const url = URL.canParse(entry) ? new URL(entry) : undefined;
    const isOrigin = url !== undefined && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
    if (!isOrigin)
      context.addIssue(
        `${JSON.stringify(entry)} is no origin such as https://desk.example or http://desk:8000`,
      );
    return url?.origin ?? entry;
  }),
);
const portNumber = z.coerce.number().int().min(0).max(65_535);

/**
 * Every setting: variable, default, unit and meaning. `.env.example` and the table in the README are generated from
 * it. Nothing else in the backend reads the environment.
 */
const SETTINGS = z.object({
  BACKEND_PORT: portNumber.default(8000).describe('HTTP and WebSocket port; 0 picks a free one'),
  BACKEND_HOST: z
    .string()
    .default('127.0.0.1')
    .describe('address to listen on; 0.0.0.0 opens it to the network'),
  DATABASE_URL: root(['postgres:', 'postgresql:'])
    .optional()
    .describe('Postgres server; unset: an embedded one under DATA_DIR'),
  REDIS_URL: redisAddress
    .optional()
    .describe(
      'Redis server to whose streams the bars, books, liquidations and funding of SYMBOLS are published; unset: none',
    ),
  REDIS_KEY_PREFIX: z
    .string()
    .regex(/^[\w:.-]{0,60}$/, { message: 'must be at most 60 letters, digits and : . - _' })
    .default('')
    .describe('what the key of every stream begins with, before market:btcusdt:trades'),
  DATA_DIR: z.string().min(1).default('./data').describe('embedded database, spool and archive'),
  VENUES: list.default(VENUE_ADAPTERS.map(({ id }) => id)).describe('venues to listen to, comma separated'),
  SYMBOLS: list
    .default(['BTCUSDT', 'ETHUSDT', 'SOLUSDT'])
    .describe(
      'symbols shown first, the list while no venue can be reached, and those whose trades, order books, open interest, funding and basis are always followed',
    ),
  LIQUIDATION_SYMBOLS: list
    .default(['*'])
    .describe('symbols whose liquidations are recorded; * is all that the venues list'),
  RETENTION_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_650)
    .default(30)
    .describe(
      'days for which market data is kept: bars of trades, open interest, funding, tops of books; liquidations and their volume are kept for ever; at least 3 unless ARCHIVE is off or liquidations',
    ),
  LIQUIDATION_API_BASE_URL: restRoot
    .optional()
    .describe(
      'service that keeps past liquidations of Binance, fetched for markets that are asked for; unset: none',
    ),
  CORS_ORIGINS: origins
    .default([])
    .describe('browser origins allowed besides the own one, such as https://desk.example, comma separated'),
  SIMULATED: flag
    .default(false)
    .describe('marks everything as simulated in the page and in the API; set by npm run demo'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
    .default('info')
    .describe('least severe log level that is written'),
  DEBUG: flag.default(false).describe('true is the same as LOG_LEVEL=debug'),
});

/** The two addresses of each venue, named after it, so that a new venue needs no entry here. */
const VENUE_SETTINGS = z.object(
  Object.fromEntries(
    VENUE_ADAPTERS.flatMap(({ id, name, roots }) => [
      [addressSetting(id, 'WS'), wsRoot.default(roots.ws).describe(`root of the ${name} sockets`)],
      [addressSetting(id, 'REST'), restRoot.default(roots.rest).describe(`root of the ${name} REST API`)],
    ]),
  ),
);

const SCHEMA = z.object({
  ...SETTINGS.shape,
  ...ARCHIVE_SETTINGS.shape,
  ...LIMIT_SETTINGS.shape,
  ...VENUE_SETTINGS.shape,
});

/** The settings, checked and typed. */
export interface Config
  extends Readonly<z.infer<typeof SETTINGS>>, Readonly<z.infer<typeof ARCHIVE_SETTINGS>>, LimitSettings {
  /** Names of the settings that the environment holds; the others have their defaults. */
  readonly given: ReadonlySet<string>;
  /** The adapters of the configured venues, in the order in which they are named. */
  readonly venues: readonly VenueAdapter[];
  /** Where each of them is reached, by venue id. */
  readonly venueRoots: ReadonlyMap<string, VenueRoots>;
  /** One sentence for each variable that is set and does nothing; to be logged once. */
  readonly warnings: readonly string[];
}

/** One or more variables hold what they must not. The message names every one of them. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is wrong:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** Reads the settings from the environment. Empty variables count as unset. Throws ConfigError. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const all = SCHEMA.safeParse(given);
  const problems = all.success
    ? []
    : all.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  const wanted = SETTINGS.shape.VENUES.safeParse(given.VENUES).data ?? [];
  const known = VENUE_ADAPTERS.map(({ id }) => id);
  for (const id of wanted) {
    if (!known.includes(id))
      problems.push(`VENUES: no venue ${JSON.stringify(id)}; there are ${known.join(', ')}`);
  }
  const role = roleProblem(given.ROLE);
  if (role !== undefined) problems.push(role);
  const limits = LIMIT_SETTINGS.safeParse(given).data;
  if (limits !== undefined) {
    const symbols = SETTINGS.shape.SYMBOLS.safeParse(given.SYMBOLS).data ?? [];
    const venues = VENUE_ADAPTERS.filter(({ id }) => wanted.includes(id));
    problems.push(...limitProblems(limits), ...symbolProblems(symbols, venues, limits));
  }
  const archive = ARCHIVE_SETTINGS.shape.ARCHIVE.safeParse(given.ARCHIVE).data ?? [];
  const retention = SETTINGS.pick({ RETENTION_DAYS: true }).safeParse(given).data;
  if (retention !== undefined) problems.push(...archiveProblems(archive, retention));
  if (problems.length > 0 || limits === undefined) throw new ConfigError(problems);
  const addresses = VENUE_SETTINGS.parse(given);
  return {
    ...SETTINGS.parse(given),
    ...ARCHIVE_SETTINGS.parse(given),
    ...limits,
    given: new Set(Object.keys(given).filter((name) => name in SCHEMA.shape)),
    venues: wanted.flatMap((id) => VENUE_ADAPTERS.filter((adapter) => adapter.id === id)),
    venueRoots: new Map(
      wanted.map((id) => [
        id,
        { ws: addresses[addressSetting(id, 'WS')] ?? '', rest: addresses[addressSetting(id, 'REST')] ?? '' },
      ]),
    ),
    warnings: configWarnings(Object.keys(given), Object.keys(SCHEMA.shape)),
  };
}

/** A line of documentation per setting, for `.env.example` and the README. */
export function describeConfig(): readonly { name: string; fallback: string; meaning: string }[] {
  return Object.entries(SCHEMA.shape).map(([name, field]) => {
    const fallback = field instanceof z.ZodDefault ? field.def.defaultValue : undefined;
    return {
      name,
      fallback: Array.isArray(fallback) ? fallback.join(',') : fallback === undefined ? '' : String(fallback),
      meaning: field.description ?? '',
    };
  });
}

function addressSetting(venue: string, kind: 'WS' | 'REST'): string {
  return `${venue.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_${kind}_BASE_URL`;
}
