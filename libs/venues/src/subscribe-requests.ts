import { type SubscribeRequest } from '@orderfox/feed';

/** What one request of a venue may hold. */
export interface RequestLimits {
  readonly topics: number;
  /** Characters of all topics of a request together, with quotes and commas. */
  readonly characters: number;
}

/** Writes one request; `id` starts at 1 and never comes twice. */
export type RequestWriter = (id: number, operation: string, topics: readonly string[]) => string;

/**
 * Packs topics into requests. The returned function counts ids on for as long as it lives, so requests of one
 * connection, and of all that follow it, differ.
 */
export function requestPacker(
  limits: RequestLimits,
  write: RequestWriter,
): (operation: string, topics: readonly string[]) => readonly SubscribeRequest[] {
  let lastId = 0;
  return (operation, topics) =>
    batches([...new Set(topics)], limits).map((batch) => {
      lastId += 1;
      return { id: String(lastId), text: write(lastId, operation, batch), topics: batch };
    });
}

function batches(topics: readonly string[], limits: RequestLimits): readonly (readonly string[])[] {
  const result: string[][] = [];
  let batch: string[] = [];
  let characters = 0;
  for (const topic of topics) {
    const width = topic.length + 3;
    if (batch.length === limits.topics || (batch.length > 0 && characters + width > limits.characters)) {
      result.push(batch);
      batch = [];
      characters = 0;
    }
    batch.push(topic);
    characters += width;
  }
  return batch.length > 0 ? [...result, batch] : result;
}
