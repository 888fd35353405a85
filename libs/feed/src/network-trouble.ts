/** What went wrong below HTTP. */
export type NetworkTrouble = 'DNS' | 'TLS' | 'REFUSED' | 'UNREACHABLE' | 'TIMEOUT' | 'CLOSED' | 'OTHER';

/** A network error in words for people. */
export interface TroubleDescription {
  readonly trouble: NetworkTrouble;
  /** The end of a sentence about a host, such as "refuses the connection". */
  readonly words: string;
}

const WORDS: Readonly<Record<Exclude<NetworkTrouble, 'TLS' | 'OTHER'>, string>> = {
  DNS: 'cannot be found by name (DNS)',
  REFUSED: 'refuses the connection',
  UNREACHABLE: 'cannot be reached: there is no network route to it',
  TIMEOUT: 'does not answer',
  CLOSED: 'closed the connection before it was ready',
};

/** Error codes of Node's net, dns and undici. */
const BY_CODE: Readonly<Record<string, keyof typeof WORDS>> = {
  ENOTFOUND: 'DNS',
  EAI_AGAIN: 'DNS',
  EAI_FAIL: 'DNS',
  ECONNREFUSED: 'REFUSED',
  EHOSTUNREACH: 'UNREACHABLE',
  ENETUNREACH: 'UNREACHABLE',
  ENETDOWN: 'UNREACHABLE',
  EADDRNOTAVAIL: 'UNREACHABLE',
  ETIMEDOUT: 'TIMEOUT',
  UND_ERR_CONNECT_TIMEOUT: 'TIMEOUT',
  UND_ERR_HEADERS_TIMEOUT: 'TIMEOUT',
  UND_ERR_BODY_TIMEOUT: 'TIMEOUT',
  ECONNRESET: 'CLOSED',
  EPIPE: 'CLOSED',
  UND_ERR_SOCKET: 'CLOSED',
};

/** OpenSSL's reasons to refuse a certificate, as Node names them, and Node's own; plain words for the usual ones. */
const TLS_WORDS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; is the clock of this machine right?',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate belongs to another host',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority that is not trusted here',
};

const TLS_CODE = /^(CERT_|ERR_TLS_|ERR_SSL_|EPROTO$|UNABLE_TO_|CRL_|ERROR_IN_)/;

/** Any error, also one of another realm, such as a worker's or a test runner's; `instanceof` would not know those. */
interface ErrorLike {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

function isErrorLike(value: unknown): value is ErrorLike {
  return typeof value === 'object' && value !== null;
}

/** The code of the error below the error: `fetch` wraps the cause, and a host with several addresses gives several. */
function codeOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; isErrorLike(at) && depth < 5; depth += 1) {
    if (typeof at.code === 'string') return at.code;
    at = Array.isArray(at.errors) ? (at.errors[0] as unknown) : at.cause;
  }
  return undefined;
}

/** Says in plain words why a connection to a venue could not be made or broke. Takes whatever was thrown. */
export function describeNetworkError(error: unknown): TroubleDescription {
  const code = codeOf(error);
  if (code !== undefined) {
    const trouble = BY_CODE[code];
    if (trouble !== undefined) return { trouble, words: WORDS[trouble] };
    const words =
      TLS_WORDS[code] ?? (TLS_CODE.test(code) ? `the secure connection fails (${code})` : undefined);
    if (words !== undefined) return { trouble: 'TLS', words: `cannot be trusted (TLS): ${words}` };
  }
  const message = isErrorLike(error) && typeof error.message === 'string' ? error.message : String(error);
  return { trouble: 'OTHER', words: `cannot be talked to: ${code ?? message}` };
}
