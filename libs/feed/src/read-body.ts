/** A body went on beyond its limit. */
export class BodyTooLargeError extends Error {
  constructor(limit: number) {
    super(`the answer is longer than ${limit} bytes`);
    this.name = 'BodyTooLargeError';
  }
}

/** Reads a whole body. Rejects with BodyTooLargeError as soon as it passes `limit` bytes, and reads no further. */
export async function readBody(response: Response, limit: number): Promise<Buffer> {
  return Buffer.concat(await take(response, limit, () => Promise.reject(new BodyTooLargeError(limit))));
}

/** Reads the beginning of a body: enough of a refusal to find its reason in. */
export async function readBeginning(response: Response, limit: number): Promise<string> {
  return Buffer.concat(await take(response, limit, () => Promise.resolve())).toString('utf8', 0, limit);
}

async function take(response: Response, limit: number, beyond: () => Promise<void>): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  let size = 0;
  if (response.body === null) return parts;
  // Leaving the loop early cancels the stream, and with it the connection.
  for await (const part of response.body as AsyncIterable<Uint8Array>) {
    parts.push(part);
    size += part.byteLength;
    if (size > limit) {
      await beyond();
      break;
    }
  }
  return parts;
}
