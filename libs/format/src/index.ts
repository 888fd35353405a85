export * from './clock-time.js';
export * from './compact.js';
export * from './price.js';
export * from './quantity.js';
export * from './whole-number.js';
