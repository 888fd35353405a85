import { z } from 'zod';

const flag = z.stringbool();
const root = (schemes: readonly string[]) =>
  z.string().refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol), {
    message: `must be an address that starts with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
  });
const wsRoot = root(['ws:', 'wss:']);
const restRoot = root(['http:', 'https:']);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
const portNumber = z.coerce.number().int().min(0).max(65_535);

/**
 * Every setting: variable, default, unit and meaning. `.env.example` and the table in the README are generated from
 * it. Nothing else in the backend reads the environment.
 */
const SCHEMA = z.object({
  BACKEND_PORT: portNumber.default(8000).describe('HTTP and WebSocket port; 0 picks a free one'),
  BACKEND_HOST: z
    .string()
    .default('127.0.0.1')
    .describe('address to listen on; 0.0.0.0 opens it to the network'),
  DATABASE_URL: root(['postgres:', 'postgresql:'])
    .optional()
    .describe('Postgres server; unset: an embedded one under DATA_DIR'),
  DATA_DIR: z.string().min(1).default('./data').describe('embedded database and spool'),
  VENUES: list.default(['binance', 'okx', 'bybit']).describe('venues to listen to, comma separated'),
  SYMBOLS: list
    .default(['BTCUSDT', 'ETHUSDT', 'SOLUSDT'])
    .describe('symbols shown first, and the list while no venue can be reached'),
  LIQUIDATION_SYMBOLS: list
    .default(['*'])
    .describe('symbols whose liquidations are recorded; * is all that the venues list'),
  BINANCE_WS_BASE_URL: wsRoot
    .optional()
    .describe('root of the Binance sockets, default wss://fstream.binance.com'),
  BINANCE_REST_BASE_URL: restRoot
    .optional()
    .describe('root of the Binance REST API, default https://fapi.binance.com'),
  OKX_WS_BASE_URL: wsRoot.optional().describe('root of the OKX sockets, default wss://ws.okx.com:8443'),
  OKX_REST_BASE_URL: restRoot.optional().describe('root of the OKX REST API, default https://www.okx.com'),
  BYBIT_WS_BASE_URL: wsRoot.optional().describe('root of the Bybit sockets, default wss://stream.bybit.com'),
  BYBIT_REST_BASE_URL: restRoot
    .optional()
    .describe('root of the Bybit REST API, default https://api.bybit.com'),
  CORS_ORIGINS: list.default([]).describe('browser origins allowed besides the own one, comma separated'),
  SIMULATED: flag
    .default(false)
    .describe('marks everything as simulated in the page and in the API; set by npm run demo'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
    .default('info')
    .describe('least severe log level that is written'),
  DEBUG: flag.default(false).describe('true is the same as LOG_LEVEL=debug'),
});

/** The settings, checked and typed. */
export type Config = Readonly<z.infer<typeof SCHEMA>>;

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
  const result = SCHEMA.safeParse(given);
  if (!result.success) {
    throw new ConfigError(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  return result.data;
}

/** The address roots a venue is configured with; what is unset is the adapter's own default. */
export function venueRoots(config: Config, venue: string): { readonly ws?: string; readonly rest?: string } {
  const entries = config as Readonly<Record<string, unknown>>;
  const ws = entries[`${venue.toUpperCase()}_WS_BASE_URL`];
  const rest = entries[`${venue.toUpperCase()}_REST_BASE_URL`];
  return { ...(typeof ws === 'string' && { ws }), ...(typeof rest === 'string' && { rest }) };
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
