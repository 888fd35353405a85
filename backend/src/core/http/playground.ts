import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { PLAYGROUND_POLICY } from './security-headers.js';

const require = createRequire(import.meta.url);
/** The same distance from `src` and from `dist`. */
const OWN = join(import.meta.dirname, '../../../assets/playground');

interface Asset {
  readonly file: string;
  readonly type: string;
}

const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';

/** Everything that the page loads, by its last path segment: installed packages and two small files of ours. */
function assets(): ReadonlyMap<string, Asset> {
  const inPackage = (name: string, path: string) =>
    join(dirname(require.resolve(`${name}/package.json`)), path);
  return new Map([
    ['react.js', { file: inPackage('react', 'umd/react.production.min.js'), type: SCRIPT }],
    ['react-dom.js', { file: inPackage('react-dom', 'umd/react-dom.production.min.js'), type: SCRIPT }],
    ['graphiql.js', { file: inPackage('graphiql', 'graphiql.min.js'), type: SCRIPT }],
    ['graphiql.css', { file: inPackage('graphiql', 'graphiql.min.css'), type: STYLE }],
    ['playground.js', { file: join(OWN, 'playground.js'), type: SCRIPT }],
    ['playground.css', { file: join(OWN, 'playground.css'), type: STYLE }],
  ]);
}

/**
 * A GraphQL editor at `path` for browsers, subscriptions included. It loads nothing from anywhere else, so it works
 * without a network. Programs that ask the same address get GraphQL.
 */
export async function registerPlayground(fastify: FastifyInstance, path: string): Promise<void> {
  const page = await readFile(join(OWN, 'index.html'), 'utf8');
  fastify.addHook('onRequest', (request, reply, done) => {
    if (asksForPage(request, path)) sendPage(reply, page);
    else done();
  });
  for (const [name, { file, type }] of assets()) {
    fastify.get(`/playground/${name}`, async (_request, reply) => {
      return reply
        .header('cache-control', 'public, max-age=3600')
        .type(type)
        .send(await readFile(file));
    });
  }
}

function asksForPage({ method, url, headers }: FastifyRequest, path: string): boolean {
  if (method !== 'GET' || url.split('?', 1)[0] !== path) return false;
  const accept = headers.accept ?? '';
  return accept.includes('text/html') && !accept.includes('application/json');
}

function sendPage(reply: FastifyReply, page: string): void {
  void reply
    .header('content-security-policy', PLAYGROUND_POLICY)
    .header('cache-control', 'no-cache')
    .type('text/html; charset=utf-8')
    .send(page);
}
