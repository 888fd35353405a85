import { ManualScheduler } from '../manual-scheduler.js';
import { SimulatedVenues, type SimulatedVenuesOptions } from '../simulated-venues.js';

/** Noon of the day all examples of the documentation lie around; on the second. */
export const START_MS = Date.UTC(2026, 10, 20, 12);

/** Started venues whose time a test moves by hand, from `startMs` on. */
export async function serveVenues(options: SimulatedVenuesOptions = {}, startMs = START_MS) {
  const time = new ManualScheduler(startMs);
  const venues = new SimulatedVenues({ ...options, scheduler: time });
  const urls = await venues.start();
  return { time, venues, urls };
}
