import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HttpFault } from './faults.js';
import type { RestReply } from './venue-protocol.js';

/** Answers a REST request. */
export function answerJson(response: ServerResponse, { status, headers, body }: RestReply): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json;charset=UTF-8',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** Answers a REST request the way a venue in trouble does, or never (`HANG`). */
export function answerFault(response: ServerResponse, fault: HttpFault): void {
  if (fault.body === 'HANG') return;
  const html = fault.body === 'HTML';
  response.writeHead(fault.status, {
    'content-type': html ? 'text/html' : 'application/json',
    ...retryAfter(fault),
  });
  response.end(html ? page(fault.status) : JSON.stringify({ code: -1003, msg: reasonOf(fault.status) }));
}

/** Refuses a WebSocket before the handshake, or leaves it hanging. */
export function refuseUpgrade(socket: Duplex, fault: HttpFault): void {
  if (fault.body === 'HANG') return;
  const body = page(fault.status);
  const headers = Object.entries({
    connection: 'close',
    'content-type': 'text/html',
    'content-length': String(Buffer.byteLength(body)),
    ...retryAfter(fault),
  });
  socket.end(
    [
      `HTTP/1.1 ${fault.status} ${STATUS_CODES[fault.status] ?? 'Refused'}`,
      ...headers.map(([name, value]) => `${name}: ${value}`),
      '',
      body,
    ].join('\r\n'),
  );
}

function retryAfter(fault: HttpFault): Record<string, string> {
  return fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) };
}

function page(status: number): string {
  return `<html><body>${status} ${reasonOf(status)}</body></html>`;
}

function reasonOf(status: number): string {
  switch (status) {
    case 403:
      return 'access too frequent';
    case 418:
      return 'Way too many requests; IP banned';
    case 429:
      return 'Too many requests';
    case 451:
      return 'Service unavailable from a restricted location';
    default:
      return STATUS_CODES[status] ?? 'Refused';
  }
}
