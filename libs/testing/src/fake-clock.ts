export { FAKE_EPOCH_MS, FakeClock } from '@orderfox/feed';
