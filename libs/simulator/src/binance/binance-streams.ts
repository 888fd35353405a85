/** Traffic class of a connection by its path. `legacy` is the unrouted one, retired on 2026-04-23. */
export type BinanceRoute = 'market' | 'public' | 'private' | 'legacy';

const PUBLIC = /^(?:!bookTicker|.+@(?:bookTicker|trade|depth(?:5|10|20)?(?:@\d+ms)?|rpiDepth@500ms))$/u;
const MARKET =
  /^(?:!(?:forceOrder@arr|ticker@arr|miniTicker@arr|contractInfo|assetIndex@arr|markPrice@arr(?:@1s)?)|tradingSession|.+@(?:aggTrade|kline_\w+|continuousKline_\w+|markPrice(?:@1s)?|ticker|miniTicker|forceOrder|compositeIndex))$/u;

/** The class that carries a stream; undefined for names that no class knows. */
export function classOf(stream: string): 'public' | 'market' | undefined {
  if (PUBLIC.test(stream)) return 'public';
  return MARKET.test(stream) ? 'market' : undefined;
}

/** True if data of the stream flows on the route. The retired route acknowledges everything and carries public data alone. */
export function flowsOn(route: BinanceRoute, stream: string): boolean {
  return classOf(stream) === (route === 'legacy' ? 'public' : route);
}

/** True for both kinds of liquidation stream. */
export function isForceOrder(stream: string): boolean {
  return stream === '!forceOrder@arr' || stream.endsWith('@forceOrder');
}

/** Reads `/market/stream`, `/public/ws/a/b` and so on; undefined for a path the venue does not have. */
export function readBinancePath(
  url: URL,
):
  | { readonly route: BinanceRoute; readonly combined: boolean; readonly streams: readonly string[] }
  | undefined {
  const path = /^(?:\/(market|public|private))?\/(ws|stream)(?:\/(.*))?$/u.exec(decodeURI(url.pathname));
  if (!path) return undefined;
  const combined = path[2] === 'stream';
  const named = combined ? (url.searchParams.get('streams') ?? '') : (path[3] ?? '');
  return {
    route: (path[1] as BinanceRoute | undefined) ?? 'legacy',
    combined,
    streams: named.split('/').filter((stream) => stream !== ''),
  };
}
