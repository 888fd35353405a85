import { z } from 'zod';

/** What may be archived; each is turned on by its name. Some come with files of the gaps in them. */
export const ARCHIVE_PARTS = ['trades', 'liquidations', 'funding', 'book'] as const;

/** One of them. */
export type ArchivePart = (typeof ARCHIVE_PARTS)[number];

const parts = z.string().transform((text, context): ArchivePart[] => {
  const names = text
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  if (names.length === 1 && names[0] === 'off') return [];
  for (const name of names) {
    if (ARCHIVE_PARTS.some((part) => part === name)) continue;
    context.addIssue(
      `${JSON.stringify(name)} cannot be archived; there are ${ARCHIVE_PARTS.join(', ')}, or off alone`,
    );
  }
  if (names.length === 0) context.addIssue('must name at least one, or be off');
  return ARCHIVE_PARTS.filter((part) => names.includes(part));
});

/** The Parquet archive, as settings. */
export const ARCHIVE_SETTINGS = z.object({
  ARCHIVE: parts
    .default([...ARCHIVE_PARTS])
    .describe(
      'what is written to Parquet files under DATA_DIR/parquet, comma separated: bars of trades, liquidations, open interest and funding, tops of books; off for nothing',
    ),
  ARCHIVE_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(36_500)
    .optional()
    .describe('days for which these files are kept; unset: for ever'),
  ARCHIVE_KEEP_FREE_MB: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000_000)
    .default(1_000)
    .describe('MB of the disk that are never taken by these files: while less is free, none is written'),
});

/** Books of a day are final an hour after it, everything else after 25 hours: until then its rows must be there. */
const LEAST_RETENTION_DAYS = 3;

/** What the archive needs of other settings: a sentence for each that does not fit. */
export function archiveProblems(
  archive: readonly ArchivePart[],
  settings: { readonly RETENTION_DAYS: number },
): readonly string[] {
  const ofMarkets = archive.filter((part) => part !== 'liquidations');
  if (ofMarkets.length === 0 || settings.RETENTION_DAYS >= LEAST_RETENTION_DAYS) return [];
  return [
    `RETENTION_DAYS: must be ${LEAST_RETENTION_DAYS} or more while ARCHIVE names ${ofMarkets.join(', ')}: the end of each day would be dropped before it is archived; raise it, or set ARCHIVE to liquidations or off`,
  ];
}
