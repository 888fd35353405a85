import { type Clock, type Timer } from '@orderfox/feed';

/** The part of a `ws` socket that pings need. */
export interface PingableSocket {
  ping(): void;
  terminate(): void;
  on(event: 'pong', listener: () => void): unknown;
}

/**
 * Pings a client for ever and cuts the socket when one ping was not answered by the time of the next: a laptop that
 * was closed sends no goodbye. Returns the function that stops it.
 */
export function keepAlive(
  socket: PingableSocket,
  clock: Clock,
  everyMs: number,
  onUnanswered: () => void,
): () => void {
  let answered = true;
  let timer: Timer;
  socket.on('pong', () => {
    answered = true;
  });
  const wait = () => {
    timer = clock.after(everyMs, () => {
      if (!answered) {
        onUnanswered();
        socket.terminate();
        return;
      }
      answered = false;
      socket.ping();
      wait();
    });
  };
  wait();
  return () => timer.cancel();
}
