import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';

type Callback = (
  error: NodeJS.ErrnoException | null,
  addresses: string | LookupAddress[],
  family?: number,
) => void;

/** The shape of Node's `dns.lookup`, as sockets call it. */
export type HostLookup = (host: string, options: LookupOptions, callback: Callback) => void;

/**
 * A name look-up that asks at most once per host at a time. The system's resolver cannot be interrupted and holds one of
 * Node's four worker threads for up to half a minute when it gets no answer; connections that give up and try again
 * would soon hold all four, and with them every file and database look-up of the process. They join the one under way.
 */
export function createHostLookup(ask: HostLookup = systemLookup): HostLookup {
  const waiting = new Map<string, Callback[]>();
  return (host, options, callback) => {
    const key = `${host} ${JSON.stringify(options)}`;
    const others = waiting.get(key);
    if (others !== undefined) {
      others.push(callback);
      return;
    }
    const callbacks = [callback];
    waiting.set(key, callbacks);
    ask(host, options, (...answer) => {
      waiting.delete(key);
      for (const each of callbacks) each(...answer);
    });
  };
}
