import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

/** For specs: stands before a server, hands every request on as it is, and notes it. */
export class CountingProxy {
  /** Path and query of everything that was asked. */
  readonly asked: string[] = [];

  private constructor(
    private readonly server: Server,
    readonly root: string,
  ) {}

  static async start(target: string): Promise<CountingProxy> {
    const server = createServer((request, response) => {
      const path = request.url ?? '';
      proxy.asked.push(path);
      fetch(`${target}${path}`)
        .then(async (answer) => {
          const { status, headers } = answer;
          const said = ['retry-after', 'x-mbx-used-weight-1m'].flatMap((name) => {
            const value = headers.get(name);
            return value === null ? [] : [[name, value] as const];
          });
          response.writeHead(status, { ...Object.fromEntries(said), 'content-type': 'application/json' });
          response.end(await answer.text());
        })
        .catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new CountingProxy(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return proxy;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
