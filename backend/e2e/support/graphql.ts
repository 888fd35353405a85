/** Posts one GraphQL operation and gives its data; an error answer fails with its text. */
export async function query<T>(url: string, document: string, variables: object = {}): Promise<T> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: document, variables }),
  });
  const body = (await response.json()) as { data?: T; errors?: unknown };
  if (body.errors !== undefined || body.data === undefined)
    throw new Error(JSON.stringify(body.errors ?? body));
  return body.data;
}

/** One stored liquidation as the API shows it. */
export interface ApiLiquidation {
  readonly id: string;
  readonly cursor: string;
  readonly venue: string;
  readonly symbol: string;
  readonly venueSymbol: string;
  readonly liquidatedSide: string;
  readonly quantity: string;
  readonly averagePrice: string | null;
  readonly notionalUsd: string;
  readonly timestamp: number;
}

const PAGE = `query ($after: Cursor, $first: Int!) {
  liquidations(first: $first, after: $after) {
    edges { node { id cursor venue symbol venueSymbol liquidatedSide quantity averagePrice notionalUsd timestamp } }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** Every stored liquidation, read page by page as a program would. */
export async function allLiquidations(url: string, first = 200): Promise<ApiLiquidation[]> {
  const all: ApiLiquidation[] = [];
  let after: string | null = null;
  for (;;) {
    const { liquidations }: Page = await query<Page>(url, PAGE, { after, first });
    all.push(...liquidations.edges.map(({ node }) => node));
    if (!liquidations.pageInfo.hasNextPage) return all;
    after = liquidations.pageInfo.endCursor;
  }
}

interface Page {
  readonly liquidations: {
    readonly edges: readonly { readonly node: ApiLiquidation }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}
