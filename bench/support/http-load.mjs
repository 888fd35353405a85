/**
 * Load over keep-alive connections, each with one request at a time. It reads as little of an answer as is needed to know
 * that it is whole and of the expected length, so that the client is not what is measured.
 */
import { connect } from 'node:net';
import { once } from 'node:events';
import { quantile } from './statistics.mjs';

const HEAD_END = Buffer.from('\r\n\r\n');
const READ_BYTES = 256 * 1024;

/** A POST of a GraphQL request, as bytes. */
export function requestBytes(port, body, headers = {}) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(
    `POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nAccept: */*\r\n` +
      `${lines.join('')}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** The same operation as GET, to which an ETag that is known may be answered with 304. */
export function getBytes(port, body, headers = {}) {
  const { query, variables } = JSON.parse(body);
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(
    `GET /graphql?${search} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nAccept: */*\r\n` +
      `${lines.join('')}\r\n`,
  );
}

/**
 * Sends what `next()` gives over so many connections for so many seconds. `expected` are status and, if all have the same,
 * length of every answer; any other ends the run with an error. Resolves with requests, seconds and latencies in ms.
 */
export async function load({ port, connections, seconds, next, expected }) {
  const latencies = [];
  const clients = await Promise.all(
    Array.from({ length: connections }, () => Connection.open(port, expected)),
  );
  const startMs = performance.now();
  const endMs = startMs + seconds * 1000;
  await Promise.all(
    clients.map(async (client) => {
      for (let sentMs = startMs; sentMs < endMs;) {
        sentMs = performance.now();
        await client.exchange(next());
        latencies.push(performance.now() - sentMs);
      }
    }),
  );
  const took = (performance.now() - startMs) / 1000;
  for (const client of clients) client.close();
  return {
    requests: latencies.length,
    seconds: took,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}

class Connection {
  #socket;
  #expected;
  #head = '';
  #missing = 0;
  #answer;

  static async open(port, expected) {
    const connection = new Connection();
    connection.#expected = expected;
    connection.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      // One piece of memory for all that is read: the bytes are counted, not kept.
      onread: {
        buffer: Buffer.allocUnsafe(READ_BYTES),
        callback: (length, buffer) => connection.#read(buffer.subarray(0, length)),
      },
    });
    connection.#socket.on('error', (error) => connection.#answer?.reject(error));
    connection.#socket.on('close', () => connection.#answer?.reject(new Error('the server closed')));
    await once(connection.#socket, 'connect');
    return connection;
  }

  exchange(bytes) {
    this.#answer = Promise.withResolvers();
    this.#socket.write(bytes);
    return this.#answer.promise;
  }

  close() {
    this.#answer = undefined;
    this.#socket.destroy();
  }

  #read(bytes) {
    if (this.#missing === 0) {
      const end = bytes.indexOf(HEAD_END);
      this.#head += bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
      if (end < 0) return true;
      this.#begin(bytes.length - end - HEAD_END.length);
    } else {
      this.#missing -= bytes.length;
    }
    if (this.#missing === 0) {
      this.#head = '';
      this.#answer.resolve();
    }
    return true;
  }

  #begin(got) {
    const status = Number(this.#head.slice(9, 12));
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(this.#head)?.[1] ?? 0);
    const { status: wanted, bytes } = this.#expected;
    if (status !== wanted || (bytes !== undefined && length !== bytes)) {
      this.#answer.reject(new Error(`expected ${wanted} with ${bytes} bytes, got ${this.#head}`));
    }
    this.#missing = length - got;
  }
}
