/** Arguments of a root field as its resolver gets them: defaults filled in, variables read. */
export type FieldArguments = Readonly<Record<string, unknown>>;

/**
 * Names the state of everything that one root field would read for these arguments, now: while the name stays the same
 * so does the field's answer, and a name never comes back once it was another. Undefined, or a rejection: it cannot be
 * told, so the field has to be executed. What can never change for these arguments, such as a closed bucket, has a
 * constant name.
 */
export type VersionSource = (args: FieldArguments) => string | undefined | Promise<string | undefined>;

/** Version sources by name of the root query field. A field without one is executed every time. */
export type VersionSources = Readonly<Record<string, VersionSource>>;

/** The schema is the same as long as the process lives. */
const SCHEMA_SOURCES: VersionSources = {
  __schema: () => 'schema',
  __type: () => 'schema',
  __typename: () => 'schema',
};

/** Who knows the version of which root query field. Every module hands in those of its own fields. */
export class DataVersions {
  readonly #sources = new Map<string, VersionSource>();

  /** Throws Error if two modules claim the same field. */
  constructor(...modules: readonly VersionSources[]) {
    for (const [field, source] of [SCHEMA_SOURCES, ...modules].flatMap((sources) =>
      Object.entries(sources),
    )) {
      if (this.#sources.has(field)) throw new Error(`The version of the field ${field} is declared twice`);
      this.#sources.set(field, source);
    }
  }

  of(field: string): VersionSource | undefined {
    return this.#sources.get(field);
  }

  /** The fields that have one. */
  get fields(): readonly string[] {
    return [...this.#sources.keys()];
  }
}
