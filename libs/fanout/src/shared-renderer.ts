import { type BodyCache } from './body-cache.js';

/** Makes the bytes of an event that a subscriber gets. Must give the same bytes for the same event. */
export type Render<T> = (event: T) => Uint8Array | Promise<Uint8Array>;

/** Renders each event once for all who want the same of it, whether they get it live or catch up with it later. */
export class SharedRenderer<T> {
  readonly #number: number;
  readonly #underWay = new Map<number, Promise<Uint8Array>>();
  #generation: number;
  #renderings = 0;

  constructor(
    private readonly render: Render<T>,
    private readonly bodies: BodyCache,
  ) {
    this.#number = bodies.nextRenderer();
    this.#generation = bodies.generation;
  }

  /** How often something was rendered. */
  get renderings(): number {
    return this.#renderings;
  }

  /**
   * The body of the event at this position: at once if it is known or rendered synchronously. Throws, or rejects, with
   * what `render` does; who asks after that has it rendered again.
   */
  body(event: T, position: number): Uint8Array | Promise<Uint8Array> {
    this.#forgetOtherEvents();
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
        if (this.#end(position, kept)) this.bodies.put(this.#number, position, body);
        return body;
      },
      (error: unknown) => {
        this.#end(position, kept);
        throw error;
      },
    );
    this.#underWay.set(position, kept);
    return kept;
  }

  /** Whether what was rendered is still the event at its position. */
  #end(position: number, rendered: Promise<Uint8Array>): boolean {
    this.#forgetOtherEvents();
    return this.#underWay.get(position) === rendered && this.#underWay.delete(position);
  }

  /** What is under way since before positions were given anew is of no use to who asks now. */
  #forgetOtherEvents(): void {
    if (this.#generation === this.bodies.generation) return;
    this.#generation = this.bodies.generation;
    this.#underWay.clear();
  }
}
