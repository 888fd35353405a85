import { type BodyCache } from './body-cache.js';

/** Makes the bytes of an event that a subscriber gets. Must give the same bytes for the same event. */
export type Render<T> = (event: T) => Uint8Array | Promise<Uint8Array>;

/** Renders each event once for all who want the same of it, whether they get it live or catch up with it later. */
export class SharedRenderer<T> {
  readonly #number: number;
  readonly #underWay = new Map<number, Promise<Uint8Array>>();
  #renderings = 0;

  constructor(
    private readonly render: Render<T>,
    private readonly bodies: BodyCache,
  ) {
    this.#number = bodies.nextRenderer();
  }

  /** How often something was rendered. */
  get renderings(): number {
    return this.#renderings;
  }

  /** The body of the event at this position: at once if it is known or rendered synchronously. */
  body(event: T, position: number): Uint8Array | Promise<Uint8Array> {
    const known = this.bodies.get(this.#number, position) ?? this.#underWay.get(position);
    if (known !== undefined) return known;
    this.#renderings += 1;
    const rendered = this.render(event);
    if (!(rendered instanceof Promise)) {
      this.bodies.put(this.#number, position, rendered);
      return rendered;
    }
    const kept = rendered.then(
      (body) => {
        this.#underWay.delete(position);
        this.bodies.put(this.#number, position, body);
        return body;
      },
      (error: unknown) => {
        this.#underWay.delete(position);
        throw error;
      },
    );
    this.#underWay.set(position, kept);
    return kept;
  }
}
