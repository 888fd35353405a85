import { describe, expect, test } from '@jest/globals';
import { parse, stripIgnoredCharacters } from 'graphql';
import { documentText } from './document-text.js';
import { LiquidationAddedDocument, VenuesDocument } from './generated/graphql.js';

const EVERYTHING = `
  query Everything($a: [Int!]! = [1, -2], $b: In = { text: "a \\"b\\" \\n é \\u0007 c", at: 1.5e3, ok: true, none: null, kind: OPEN, list: [] } @mark(on: VARIABLE), $c: ID) @live {
    other: field(a: $a, b: $b, c: { deep: [{ d: $c }], empty: {} }) @include(if: true) @skip(if: false) { ...Part @defer ... on Type @mark { id } ... { name } ... @include(if: $c) { x } }
    text(block: """
      two
        lines
    """)
  }
  mutation { act }
  subscription Named { added }
  fragment Part on Type @mark { id, part { ...Part } }
`;

/** What a parser understands of a text, without where it stood. */
function meaning(text: string): unknown {
  return JSON.parse(
    JSON.stringify(parse(text, { noLocation: true }), (key, value: unknown) =>
      key === 'block' ? undefined : value,
    ),
  );
}

describe('documentText', () => {
  test.each([
    ['every construct of the language', EVERYTHING],
    ['an anonymous query', '{ system { version } }'],
    ['a document of ours', LiquidationAddedDocument.toString()],
    ['a document with fragments', VenuesDocument.toString()],
  ])('prints the syntax tree of %s so that it means the same', (_, text) => {
    const printed = documentText(parse(text));
    expect(meaning(printed)).toEqual(meaning(text));
    expect(meaning(documentText(JSON.parse(JSON.stringify(parse(text, { noLocation: true })))))).toEqual(
      meaning(text),
    );
    expect(stripIgnoredCharacters(printed).length).toBeLessThanOrEqual(printed.length);
  });

  test('leaves text as it is, and takes the text of what has one', () => {
    expect(documentText('{ a }')).toBe('{ a }');
    expect(documentText(LiquidationAddedDocument)).toContain('subscription LiquidationAdded');
  });

  test('refuses what is no document, and documents that cannot be sent', () => {
    expect(() => documentText({})).toThrow(TypeError);
    expect(() => documentText(parse('type A { b: Int }'))).toThrow('ObjectTypeDefinition');
  });
});
