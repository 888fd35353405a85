import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import { type FastifyInstance } from 'fastify';

/** Content security policy of everything that is no page: such an answer may load nothing at all. */
const NOTHING_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** For answers that are given before any hook has run. */
export const BARE_HEADERS = {
  'content-security-policy': NOTHING_POLICY,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * Policy of a page of ours: scripts and connections of this origin only, and style elements that carry the nonce of
 * this very answer.
 */
export function pagePolicy(nonce: string): string {
  return policy([`style-src 'self' 'nonce-${nonce}'`, "require-trusted-types-for 'script'"]);
}

/** Policy of the playground, whose editor writes styles of its own. */
export const PLAYGROUND_POLICY = policy(["style-src 'self' 'unsafe-inline'"]);

function policy(more: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "manifest-src 'self'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...more,
  ].join('; ');
}

const OPTIONS: FastifyHelmetOptions = {
  // Set per answer: a page needs another policy than the rest.
  contentSecurityPolicy: false,
  // The server itself speaks plain HTTP; whoever puts TLS in front decides on HSTS there.
  strictTransportSecurity: false,
  crossOriginEmbedderPolicy: false,
  // Scripts of allowed origins may read answers; CORS decides which origins these are.
  crossOriginResourcePolicy: { policy: 'cross-origin' },
};

/** Security headers on every answer, also on errors. */
export async function addSecurityHeaders(fastify: FastifyInstance): Promise<void> {
  await fastify.register(helmet, OPTIONS);
  fastify.addHook('onRequest', (_request, reply, done) => {
    void reply.header('content-security-policy', NOTHING_POLICY);
    void reply.header('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
    done();
  });
}
