export { candleCountFor } from './candle-count.js';
export { type ConnectionState, type ConnectionStatus } from './connection-status.js';
export {
  ApiError,
  BufferOverflowError,
  ClientClosedError,
  ConnectionRefusedError,
  isPassing,
  NetworkError,
} from './errors.js';
export { type EventGap, type EventStreamOptions } from './event-stream.js';
export * from './generated/graphql.js';
export { type LaggingNotice } from './graphql-socket.js';
export { type Fetch, type QueryOptions } from './http-query.js';
export { type Liquidation, type LiquidationPage } from './liquidation-history.js';
export { type LiquidationStreamOptions } from './liquidation-stream.js';
export { type Operation, type Variables, type VariablesArgument } from './operation.js';
export {
  OrderFoxClient,
  type EventOptions,
  type OrderFoxClientOptions,
  type ResumableVariables,
  type Stream,
} from './order-fox-client.js';
export { persistently, type PersistentOptions } from './persistently.js';
export { type StreamOptions } from './stream-reader.js';
export { type Random, type Timers } from './timers.js';
