import { type IncomingMessage } from 'node:http';
import { type SessionParts } from '../../core/graphql-socket/graphql-session.js';
import { type SocketProtocol } from '../../core/graphql-socket/socket-protocol.js';
import { ApiError } from '../../core/graphql-errors.js';
import { candleTalk } from './candle-talk.js';
import { CompatErrors } from './compat-errors.js';
import { readTimeframe, readWidth } from './compat-request.js';
import { CompatSession, isoTime, type CompatTalk } from './compat-session.js';
import { LiquidationTalks } from './liquidation-talk.js';
import { readBookWish } from './order-book-params.js';
import { OrderBookTalks } from './order-book-talk.js';
import { TradeTalks } from './trade-talk.js';
import { type MarketNames } from './market-names.js';
import { OperationRunner } from './operation-runner.js';

/** An address of a socket, taken apart. */
interface Address {
  /** The last part of its path. */
  readonly symbol: string;
  readonly search: URLSearchParams;
}

/** The timeframe of candles for which nothing is said. */
const USUAL_TIMEFRAME = '1m';

/**
 * The sockets that programs written for earlier terminals open, by path; see docs/compatibility.md. They come in by the gate
 * of GraphQL, what they are told comes from its subscriptions, and its budgets and bounds hold for them. `maxLevels`: most
 * price levels of each side of an order book.
 */
export function compatProtocols(
  parts: SessionParts,
  names: Pick<MarketNames, 'canonical'>,
  maxLevels: number,
): ReadonlyMap<string, SocketProtocol> {
  const { schema, policy, ledger, clock } = parts;
  const spend = (client: string, points: number) => ledger.spend(client, points);
  const runner = new OperationRunner({ schemaOf: () => schema, limits: policy.limits, spend, clock });
  const problems = new CompatErrors(parts.errors);
  const shared = { ...parts, runner, problems };
  const protocol = (talkOf: (address: Address) => CompatTalk): SocketProtocol => ({
    name: undefined,
    open: (outlet, client, request) => {
      const session = new CompatSession(shared, client, outlet);
      // What is wrong with the address is said on the socket, where browsers can read it.
      void session.begin((line) => talkOf(addressOf(request))(line));
      return session;
    },
  });
  const talks = new LiquidationTalks({
    nameOf: (symbol) => names.canonical(symbol),
    timestamp: () => isoTime(clock),
    maxRows: policy.limits.rows,
  });
  const telling = { timestamp: () => isoTime(clock), problemOf: (error: unknown) => problems.problem(error) };
  const books = new OrderBookTalks({ ...telling, maxLevels });
  const trades = new TradeTalks({
    ...telling,
    nameOf: (symbol) => names.canonical(symbol),
    maxRows: policy.limits.rows,
  });
  return new Map([
    ['/api/v1/ws/orderbook', protocol(({ search }) => books.about(readBookWish(search)))],
    ['/api/v1/ws/trades/', protocol(({ symbol }) => trades.about(symbol))],
    [
      '/api/v1/ws/candles/',
      protocol(({ symbol, search }) =>
        candleTalk({
          symbol,
          timeframe: readTimeframe(search.get('timeframe') ?? USUAL_TIMEFRAME),
          width: readWidth(search.get('container_width')),
          maxRows: policy.limits.rows,
        }),
      ),
    ],
    [
      '/api/v1/ws/liquidations/',
      protocol(({ symbol, search }) => {
        const timeframe = search.get('timeframe');
        return talks.about({
          symbol,
          timeframe: timeframe === null ? undefined : readTimeframe(timeframe),
        });
      }),
    ],
  ]);
}

/** Throws ApiError BAD_USER_INPUT. */
function addressOf({ url = '' }: IncomingMessage): Address {
  const [path = '', search = ''] = url.split('?', 2);
  try {
    return {
      symbol: decodeURIComponent(path.slice(path.lastIndexOf('/') + 1)),
      search: new URLSearchParams(search),
    };
  } catch {
    throw new ApiError('BAD_USER_INPUT', 'symbol: the address cannot be read', { argument: 'symbol' });
  }
}
