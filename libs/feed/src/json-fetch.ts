/** GETs JSON from a venue. Rejects with VenueError only; resolves with the parsed body, unchecked. */
export type JsonFetch = (url: string) => Promise<unknown>;
