import { RawConnection } from './raw-connection.mjs';

/** Runs one operation on a socket of its own and gives its first answer, or how the socket ended. */
export async function operate(target, payload) {
  const raw = await RawConnection.upgraded(target);
  raw.text(typeof payload === 'string' ? payload : { id: '1', type: 'subscribe', payload });
  await raw.until(() => raw.messages.some(({ id }) => id === '1') || raw.closeCode !== undefined);
  return raw.finish(0);
}

/** Sends messages one after the other without waiting, then waits for the end of the socket. */
export async function sendAll(target, messages, { init = true, withinMs } = {}) {
  const raw = await RawConnection.upgraded(target, { init });
  for (const message of messages) raw.text(message);
  return raw.finish(withinMs);
}

/** Opens `count` sockets and gives them with the statuses of those that were refused. */
export async function openMany(target, count, addressOf = () => target.address) {
  const sockets = [];
  const refused = [];
  for (let index = 0; index < count; index += 1) {
    const raw = await RawConnection.upgraded({ ...target, address: addressOf(index) }, { init: false });
    if (raw.isOpen) sockets.push(raw);
    else refused.push(raw);
  }
  return { sockets, refused };
}

/** A subscription that runs until it is ended. */
export const LASTING = 'subscription { venueStatusChanged { id } }';

/** The message that begins it. */
export const subscribe = (id, query = LASTING) => ({ id, type: 'subscribe', payload: { query } });
