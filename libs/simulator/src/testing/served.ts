import { ManualScheduler } from '../manual-scheduler.js';
import { SimulatedVenues, type SimulatedVenuesOptions } from '../simulated-venues.js';

/** Noon of the day all examples of the documentation lie around; on the second. */
export const START_MS = Date.UTC(2026, 10, 20, 12);

/** Started venues whose time a test moves by hand. */
export async function serveVenues(options: SimulatedVenuesOptions = {}) {
  const time = new ManualScheduler(START_MS);
  const venues = new SimulatedVenues({ ...options, scheduler: time });
  const urls = await venues.start();
  return { time, venues, urls };
}
