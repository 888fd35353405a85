import { type RecorderStatus } from '../liquidation/recorder-status.js';
import { type StorageReport } from './feed-ports.js';

/** What the recorder's status means for the feeds. */
export function storageReport(status: RecorderStatus): StorageReport {
  const { state, unsafeSinceMs, lostSinceMs, dropped } = status;
  return {
    state: state === 'FULL' ? 'FULL' : state === 'RECORDING' ? 'OK' : 'DEGRADED',
    ...(unsafeSinceMs !== undefined && { unsafeSinceMs }),
    ...(lostSinceMs !== undefined && { lostSinceMs }),
    lost: dropped,
  };
}
