export { type ConnectionState, type ConnectionStatus } from './connection-status.js';
export { ApiError, BufferOverflowError, ConnectionRefusedError, isPassing, NetworkError } from './errors.js';
export * from './generated/graphql.js';
export { type Fetch } from './http-query.js';
export { type Liquidation, type LiquidationPage } from './liquidation-history.js';
export { type LiquidationStreamOptions } from './liquidation-stream.js';
export { type Operation, type VariablesArgument } from './operation.js';
export { OrderFoxClient, type OrderFoxClientOptions } from './order-fox-client.js';
export { type Random, type Timers } from './timers.js';
