import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import { type FastifyInstance, type FastifyReply } from 'fastify';
import { pagePolicy } from './security-headers.js';

/** What the build tool names after its content, such as `main-5FZIQ3XK.js` or `media/plex-ABCD1234.woff2`. */
const HASHED = /-[A-Z0-9]{8}\.[a-z0-9]+$/;
const ROOT_ELEMENT = /(<body[^>]*>\s*<[a-z][\w-]*)/;

const NOT_BUILT = `<!doctype html>
<html lang="en">
<title>OrderFox</title>
<h1>OrderFox is running</h1>
<p>Its page has not been built: start with <code>npm start</code>, or run <code>npm run build</code>.</p>
<p>The API is there all the same: <a href="/graphql">playground</a>, <a href="/schema.graphql">schema</a>,
<a href="/health">health</a>, <a href="/metrics">metrics</a>.</p>
</html>
`;

/**
 * The built page. Its files are listed once, at the start, and nothing else can be asked for: there is no path to
 * walk out of. Every address that is no file is the page itself, which finds its way by the address.
 */
export class WebClient {
  private constructor(
    private readonly root: string,
    private readonly files: ReadonlySet<string>,
    private readonly index: string,
  ) {}

  /** `root` is the folder of the build; if it has no index.html the answer says how to build it. */
  static async open(root: string): Promise<WebClient> {
    const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
    const built = files.includes('index.html');
    return new WebClient(
      root,
      new Set(built ? files.filter((file) => file !== 'index.html') : []),
      built ? await readFile(join(root, 'index.html'), 'utf8') : NOT_BUILT,
    );
  }

  /** Serves the files, and the page at every other address that a browser asks for as a page. */
  async register(fastify: FastifyInstance): Promise<void> {
    await fastify.register(fastifyStatic, { root: this.root, serve: false });
    fastify.get('/*', async (request, reply) => {
      const path = request.url.split('?', 1)[0]?.slice(1) ?? '';
      if (this.files.has(path)) return this.#sendFile(reply, path);
      if (path === '' || isPage(path, request.headers.accept)) return this.#sendPage(reply);
      reply.callNotFound();
      return reply;
    });
  }

  #sendFile(reply: FastifyReply, path: string): FastifyReply {
    return HASHED.test(path)
      ? reply.sendFile(path, { immutable: true, maxAge: '365d' })
      : reply.sendFile(path, { maxAge: 0 });
  }

  /** The page is small and made anew for each visitor: its nonce may be used once only. */
  #sendPage(reply: FastifyReply): FastifyReply {
    const nonce = randomBytes(16).toString('base64url');
    return reply
      .header('content-security-policy', pagePolicy(nonce))
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(this.index.replace(ROOT_ELEMENT, `$1 ngCspNonce="${nonce}"`));
  }
}

/** A missing script must stay a 404: as a page it would fail in the browser in a way that nobody understands. */
function isPage(path: string, accept: string | undefined): boolean {
  return !/\.[a-z0-9]+$/i.test(path) && !path.startsWith('api/') && (accept ?? '').includes('text/html');
}
