export * from './clock.js';
export * from './socket-protocol.js';
export * from './json-fetch.js';
