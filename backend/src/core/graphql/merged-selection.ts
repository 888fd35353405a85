import { Kind, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';

/** How far fields are merged before the document is given up. */
export interface MergeBounds {
  /** Fields that one response name may stand for in one place. */
  readonly repeats: number;
  /** Fields of all selections that are looked at, fragments followed. */
  readonly fields: number;
  /** Different fragments that are spread in one place, whether or not there are such. */
  readonly fragments: number;
}

/** The bound that was passed. `found` is undefined where counting stopped there. */
export interface MergeProblem {
  readonly limit: keyof MergeBounds;
  readonly found: number | undefined;
}

/** A selection, and the fragments that it is within: one that spreads itself is not followed round and round. */
interface Place {
  readonly selection: SelectionSetNode;
  readonly within: readonly string[];
}

/** What stands under one response name. */
interface Group {
  count: number;
  readonly inside: Place[];
}

/**
 * Merges the fields of a document's selections as its execution would, and looks how many stand under each response
 * name. Whether fields can be merged is found out by comparing each with each, so that a thousand equal ones, also in
 * selections beside each other, take half a million comparisons: with few under each name the work is linear. To count
 * them is linear too, for it ends at `fields`. Fragments are compared each with each as well.
 */
export class MergedSelections {
  readonly #met = new Set<SelectionSetNode>();
  #fields = 0;

  constructor(
    private readonly fragmentOf: (name: string) => FragmentDefinitionNode | undefined,
    private readonly bounds: MergeBounds,
  ) {}

  /**
   * The first bound that a selection passes, together with those that were looked at before. That of a fragment which
   * was part of one of them has been judged there.
   */
  problem(selection: SelectionSetNode): MergeProblem | undefined {
    if (this.#met.has(selection)) return undefined;
    return this.#merge([{ selection, within: [] }]);
  }

  #merge(places: readonly Place[]): MergeProblem | undefined {
    const groups = new Map<string, Group>();
    const spread = new Set<string>();
    for (const place of places) this.#collect(place, groups, spread);
    if (this.#fields > this.bounds.fields) return { limit: 'fields', found: undefined };
    if (spread.size > this.bounds.fragments) return { limit: 'fragments', found: spread.size };
    for (const { count } of groups.values())
      if (count > this.bounds.repeats) return { limit: 'repeats', found: count };
    for (const { inside } of groups.values()) {
      const problem = inside.length === 0 ? undefined : this.#merge(inside);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #collect({ selection, within }: Place, groups: Map<string, Group>, spread: Set<string>): void {
    for (const node of selection.selections) {
      if (this.#fields > this.bounds.fields) return;
      if (node.kind === Kind.FIELD) {
        this.#fields += 1;
        const name = (node.alias ?? node.name).value;
        const group = groups.get(name) ?? { count: 0, inside: [] };
        groups.set(name, group);
        group.count += 1;
        if (node.selectionSet !== undefined) group.inside.push({ selection: node.selectionSet, within });
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        this.#collect({ selection: node.selectionSet, within }, groups, spread);
      } else {
        const name = node.name.value;
        if (spread.has(name) || within.includes(name)) continue;
        spread.add(name);
        const selection = this.fragmentOf(name)?.selectionSet;
        if (selection === undefined) continue;
        this.#met.add(selection);
        this.#collect({ selection, within: [...within, name] }, groups, spread);
      }
    }
  }
}
