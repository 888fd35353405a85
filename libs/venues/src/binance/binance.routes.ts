import { joinAddress, requireLiveNetwork } from '../venue-address.js';

/** Traffic classes of the market-data host since March 2026; a stream asked of the wrong one is silent for ever. */
export type TrafficClass = 'public' | 'market';

/**
 * What follows the `@` of a stream name, or the whole name of an all-market stream, and the class that carries it.
 * Source: Binance developer pages "Important WebSocket Change Notice", 2026-03-06.
 */
const CLASSES: readonly (readonly [RegExp, TrafficClass])[] = [
  [/^forceOrder(@arr)?$/, 'market'],
  [/^aggTrade$/, 'market'],
  [/^markPrice(@arr)?(@1s)?$/, 'market'],
  [/^kline_\w+$/, 'market'],
  [/^continuousKline_\w+$/, 'market'],
  [/^(mini)?[tT]icker(@arr)?$/, 'market'],
  [/^(compositeIndex|contractInfo|assetIndex(@arr)?|tradingSession)$/, 'market'],
  [/^bookTicker$/, 'public'],
  [/^depth(5|10|20)?(@(100|250|500)ms)?$/, 'public'],
  [/^rpiDepth@500ms$/, 'public'],
  [/^trade$/, 'public'],
];

/**
 * The class that carries a stream such as `btcusdt@markPrice@1s` or `!forceOrder@arr`. Throws for a stream it does
 * not know: guessing would give a connection that is acknowledged and silent.
 */
export function trafficClassOf(stream: string): TrafficClass {
  const name = stream.startsWith('!') ? stream.slice(1) : stream.slice(stream.indexOf('@') + 1);
  for (const [pattern, trafficClass] of CLASSES) if (pattern.test(name)) return trafficClass;
  throw new Error(`no traffic class is known for the Binance stream ${stream}`);
}

const TEST_HOSTS = [/(^|\.)binancefuture\.com$/, /^demo-/];

/** Refuses the addresses of Binance's test networks. Throws VenueError (`REFUSED`). */
export function requireLiveBinance(root: string): void {
  requireLiveNetwork(root, TEST_HOSTS);
}

/**
 * Address of the combined connection of one class: `wss://fstream.binance.com/market/stream`. A root of Binance may
 * carry a route already (old guides print `/ws`); it is replaced. Any other host keeps its path, because a proxy's
 * prefix belongs to it. Throws VenueError (`REFUSED`) for a test network.
 */
export function combinedAddress(root: string, trafficClass: TrafficClass): string {
  requireLiveBinance(root);
  const url = new URL(root);
  const route = `/${trafficClass}/stream`;
  const ours = /(^|\.)binance\.com$/.test(url.hostname);
  return joinAddress(ours ? url.origin : root, route);
}
