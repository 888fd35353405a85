/** The limit: node:http that answers every request with one buffer made beforehand. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import { answerParent } from '../support/process-link.mjs';

answerParent({
  async start({ body }) {
    const bytes = Buffer.from(body);
    const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.length };
    const server = createServer((request, response) => {
      request.resume();
      request.once('end', () => response.writeHead(200, headers).end(bytes));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server.address().port;
  },
  usage: () => process.cpuUsage(),
});
