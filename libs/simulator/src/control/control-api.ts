import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerJson } from '../server/http-answers.js';
import { parseJson } from '../server/json-reading.js';
import type { RestReply } from '../server/venue-protocol.js';
import type { SimulatedVenueId } from '../simulated-venues.js';

/** Largest control request. */
const MAX_BODY_BYTES = 64 * 1024;

/** What the control interface does with a request, once its body is read. */
export interface ControlHandler {
  /** The state of the simulation. */
  describe(): unknown;
  /** Carries out a command; `venue` is the server that was asked. */
  command(venue: SimulatedVenueId, body: unknown): Promise<unknown>;
}

/** A control request that makes no sense; answered with 400 and its message. */
export class ControlError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ControlError';
  }
}

/**
 * Serves `/_control` on every simulated venue: GET tells the state, POST with a JSON body gives a command. The
 * content type is insisted on, so that no web page can reach it across origins without being asked first.
 */
export function controlApi(handler: ControlHandler) {
  return (venue: SimulatedVenueId, request: IncomingMessage, response: ServerResponse): void => {
    void answer(handler, venue, request).then((reply) => answerJson(response, reply));
  };
}

async function answer(
  handler: ControlHandler,
  venue: SimulatedVenueId,
  request: IncomingMessage,
): Promise<RestReply> {
  if (request.method === 'GET') return { status: 200, body: handler.describe() };
  if (request.method !== 'POST') return refused(405, 'GET or POST');
  if (request.headers['content-type']?.startsWith('application/json') !== true) {
    return refused(415, 'content-type must be application/json');
  }
  try {
    const body = parseJson(await readBody(request));
    return { status: 200, body: { ok: true, result: (await handler.command(venue, body)) ?? null } };
  } catch (error) {
    if (error instanceof ControlError) return refused(400, error.message);
    return refused(500, error instanceof Error ? error.message : 'failed');
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY_BYTES) throw new ControlError(`more than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

function refused(status: number, message: string): RestReply {
  return { status, body: { ok: false, message } };
}
