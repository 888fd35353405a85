import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { UNFIT } from './archive-column.js';
import { ARCHIVE_KINDS } from './create-archive.js';

const GUIDE = readFileSync(join(import.meta.dirname, '../../../../docs/archive.md'), 'utf8');

/** The part of the guide under a heading that begins with the name of a kind. */
function partOf(kind: string): string {
  return GUIDE.split(/^### /m).find((part) => part.startsWith(`\`${kind}\``)) ?? '';
}

describe('columns of the archive', () => {
  test.each(ARCHIVE_KINDS.map((kind) => [kind.name, kind] as const))(
    'of %s are in the guide, each of them, and no other',
    (name, { columns }) => {
      const rows = partOf(name).split(/^## /m)[0]?.split('\n') ?? [];
      const told = rows
        .filter((line) => line.startsWith('| `'))
        .flatMap((line) =>
          [...(line.split('|')[1] ?? '').matchAll(/`([a-z0-9_]+)`/g)].map((match) => match[1]),
        );
      expect(told.sort()).toEqual(columns.map((column) => column.name).sort());
    },
  );

  test.each(ARCHIVE_KINDS.map((kind) => [kind.name, kind] as const))(
    'of %s are in snake case, each once',
    (_name, { columns }) => {
      const names = [...columns, UNFIT].map((column) => column.name);
      expect(names.filter((name) => !/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(name))).toEqual([]);
      expect(new Set(names).size).toBe(names.length);
    },
  );
});
