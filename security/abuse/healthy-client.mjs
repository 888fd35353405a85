import { errorsOf } from './outcome.mjs';
import { subscribe } from './transports/graphql-socket.mjs';
import { postJson } from './transports/http.mjs';
import { RawConnection } from './transports/raw-connection.mjs';

const ASK_EVERY_MS = 1_000;
const EMIT_EVERY_MS = 100;
/** What a person would notice; everything on this machine shares its processors with the attempts. */
const TOO_LATE_MS = 2_000;
const EVENTS = 'subscription { liquidationAdded { cursor averagePrice } }';

/** A client that does nothing wrong while others do: it must not feel any of it. */
export class HealthyClient {
  complaints = [];
  #delays = [];
  #answers = [];
  #sentAt = new Map();
  #expected = 1;
  #emitted = 0;

  /** Begins to listen and to ask. `emit(number)` makes the venue report one liquidation with this number in it. */
  static async start(target, emit) {
    const client = new HealthyClient();
    client.socket = await RawConnection.upgraded(target);
    client.socket.text(subscribe('events', EVENTS));
    // Its answer comes after the stream has begun.
    client.socket.text(subscribe('begun', '{ __typename }'));
    await client.socket.until(() => client.socket.messages.some(({ id }) => id === 'begun'));
    client.socket.messages.length = 0;
    client.timers = [
      setInterval(() => client.#emit(emit), EMIT_EVERY_MS),
      setInterval(() => void client.#ask(target), ASK_EVERY_MS),
    ];
    client.listening = client.#listen();
    return client;
  }

  /** Ends it once everything that was emitted has come, or could have. */
  stop() {
    this.stopped ??= this.#stop();
    return this.stopped;
  }

  async #stop() {
    for (const timer of this.timers) clearInterval(timer);
    await this.socket.until(() => this.#expected > this.#emitted, 3_000);
    this.isStopping = true;
    this.socket.tcp.destroy();
    await this.listening;
    if (this.#expected <= this.#emitted)
      this.#complain(`${this.#emitted - this.#expected + 1} of ${this.#emitted} events have not come`);
    return { events: times(this.#delays), answers: times(this.#answers), complaints: this.complaints };
  }

  #emit(emit) {
    this.#emitted += 1;
    this.#sentAt.set(this.#emitted, performance.now());
    emit(this.#emitted);
  }

  async #listen() {
    let open = true;
    while (open) {
      open = await this.socket.until(() => this.socket.messages.length > 0, 2 ** 30);
      for (const message of this.socket.messages.splice(0)) this.#take(message);
    }
    if (this.isStopping !== true)
      this.#complain(`its socket was closed with ${this.socket.closeCode ?? 1_006}`);
  }

  #take({ id, type, payload }) {
    if (id !== 'events') return;
    const price = payload?.data?.liquidationAdded?.averagePrice;
    if (type !== 'next' || price === undefined)
      return this.#complain(`its stream sent ${JSON.stringify({ type, payload })}`);
    const number = numberIn(price);
    if (number !== this.#expected) this.#complain(`event ${number} came in place of ${this.#expected}`);
    this.#expected = number + 1;
    const delay = performance.now() - this.#sentAt.get(number);
    this.#sentAt.delete(number);
    this.#delays.push(delay);
    if (delay > TOO_LATE_MS) this.#complain(`event ${number} came after ${Math.round(delay)} ms`);
  }

  async #ask(target) {
    try {
      const answer = await postJson(target, {
        query: '{ liquidations(first: 5) { edges { node { id } } } }',
      });
      this.#answers.push(answer.ms);
      const [error] = errorsOf(answer);
      if (answer.status !== 200 || error !== undefined)
        this.#complain(`its query was answered with ${answer.status} ${error?.message ?? ''}`);
      else if (answer.ms > TOO_LATE_MS) this.#complain(`its query took ${Math.round(answer.ms)} ms`);
    } catch (error) {
      this.#complain(`its query failed: ${error.message}`);
    }
  }

  #complain(text) {
    if (this.complaints.length < 20) this.complaints.push(text);
  }
}

/** The price that carries an event's number through the venue and the database and back. */
export const priceOf = (number) => String(90_000 + number / 100);
const numberIn = (price) => Math.round((Number(price) - 90_000) * 100);

function times(sample) {
  const sorted = [...sample].sort((a, b) => a - b);
  const at = (share) =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0) * 10) / 10;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}
