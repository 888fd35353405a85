import { Kind, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';

/** What a selection comes to once every fragment is put in its place. */
export interface SelectionSize {
  readonly depth: number;
  readonly fields: number;
  readonly aliases: number;
  readonly directives: number;
  /** Whether `__schema` or `__type` is in it. */
  readonly introspects: boolean;
}

const NOTHING: SelectionSize = { depth: 0, fields: 0, aliases: 0, directives: 0, introspects: false };
const INTROSPECTION: ReadonlySet<string> = new Set(['__schema', '__type']);

/**
 * Measures selections of one document. Every fragment is measured once, however often it is spread, so the work is
 * linear in the document though the result may be exponential in it. A fragment that spreads itself counts as nothing
 * there: validation refuses it anyway.
 */
export class SelectionMeter {
  readonly #fragments = new Map<string, SelectionSize>();

  constructor(private readonly fragmentOf: (name: string) => FragmentDefinitionNode | null | undefined) {}

  /** `fields` of the result are those of this level alone, the rest is of everything below. */
  measure(selection: SelectionSetNode): SelectionSize {
    let { depth, fields, aliases, directives, introspects } = NOTHING;
    for (const node of selection.selections) {
      directives += node.directives?.length ?? 0;
      let inner: SelectionSize;
      if (node.kind === Kind.FIELD) {
        inner = node.selectionSet === undefined ? NOTHING : this.measure(node.selectionSet);
        fields += 1;
        aliases += node.alias === undefined ? 0 : 1;
        introspects ||= INTROSPECTION.has(node.name.value);
        const level = node.name.value.startsWith('__') ? 0 : 1 + inner.depth;
        depth = Math.max(depth, level);
      } else {
        inner =
          node.kind === Kind.FRAGMENT_SPREAD
            ? this.#fragment(node.name.value)
            : this.measure(node.selectionSet);
        fields += inner.fields;
        depth = Math.max(depth, inner.depth);
      }
      aliases += inner.aliases;
      directives += inner.directives;
      introspects ||= inner.introspects;
    }
    return { depth, fields, aliases, directives, introspects };
  }

  #fragment(name: string): SelectionSize {
    const known = this.#fragments.get(name);
    if (known !== undefined) return known;
    this.#fragments.set(name, NOTHING);
    const fragment = this.fragmentOf(name);
    if (fragment === null || fragment === undefined) return NOTHING;
    const size = this.measure(fragment.selectionSet);
    this.#fragments.set(name, size);
    return size;
  }
}
