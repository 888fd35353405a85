import { hash } from 'node:crypto';
import { type Statement } from './liquidation-select.js';

/** Each connection keeps what is prepared on it for as long as it lives. */
const MAX_STATEMENTS = 40;
/** Of the digest: no two of so few texts share as many. */
const NAME_CHARACTERS = 16;

/** A statement that the server reads once for each connection, if it has a name. */
export interface NamedStatement {
  readonly name?: string;
  readonly text: string;
  values: unknown[];
}

/**
 * Names statements after their text, so that all who ask for the same on a connection share what it prepared. The first
 * so many texts are named: what is asked for often comes early.
 */
export class PreparedStatements {
  readonly #names = new Map<string, string>();

  name({ text, values }: Statement): NamedStatement {
    const name = this.#names.get(text) ?? this.#newName(text);
    return { ...(name !== undefined && { name }), text, values: [...values] };
  }

  #newName(text: string): string | undefined {
    if (this.#names.size >= MAX_STATEMENTS) return undefined;
    const name = `liquidations-${hash('sha256', text, 'base64url').slice(0, NAME_CHARACTERS)}`;
    this.#names.set(text, name);
    return name;
  }
}
