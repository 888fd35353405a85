export * from './bounded-queue.js';
export * from './resume-stream.js';
export * from './slow-consumer-error.js';
