import { INTERVAL_HOURS } from '../market/funding-schedule.js';
import { HOSTILE_KINDS, type HostileKind } from '../server/hostile-frames.js';
import { asObject, type JsonObject } from '../server/json-reading.js';
import {
  SIMULATED_VENUE_IDS,
  type OrderToEmit,
  type SimulatedVenueId,
  type SimulatedVenues,
} from '../simulated-venues.js';
import { ControlError } from './control-api.js';
import { readFaultSettings } from './read-fault-settings.js';

/**
 * One command of the control interface: `{"do": name, "venue"?: id, ...}`. Without a venue it concerns the one whose
 * server was asked. Throws ControlError for a command that makes no sense.
 *
 * set `{faults}` · clear · drop `{how: CLEAN|ABRUPT|MID_FRAME}` · halfOpen · inject `{kind}` · announceClose ·
 * list `{venueSymbol, price}` · delist `{venueSymbol}` · setState `{venueSymbol, state}` ·
 * setFundingInterval `{venueSymbol, hours}` · setMark `{venueSymbol, price}` · emit `{orders}` · lose `{venueSymbol, what: BOOK|TRADES}` · crossBook `{venueSymbol}` ·
 * restartBook `{venueSymbol}` · book `{venueSymbol}` · trades `{venueSymbol}` · confirm
 */
export async function runCommand(
  venues: SimulatedVenues,
  asked: SimulatedVenueId,
  body: unknown,
): Promise<unknown> {
  const command = asObject(body);
  if (!command) throw new ControlError('the body must be a JSON object');
  const venue = venueOf(command, asked);
  const faults = venues.faults(venue);
  switch (command.do) {
    case 'set':
      faults.set(readFaultSettings(command.faults));
      return faults.state;
    case 'clear':
      faults.clear();
      return faults.state;
    case 'drop':
      return faults.drop(oneOf(command, 'how', ['CLEAN', 'ABRUPT', 'MID_FRAME'] as const));
    case 'halfOpen':
      return faults.halfOpen();
    case 'inject':
      return faults.inject(oneOf<HostileKind>(command, 'kind', HOSTILE_KINDS));
    case 'announceClose':
      return faults.announceClose();
    case 'list':
      return faults.list(text(command, 'venueSymbol'), number(command, 'price'));
    case 'delist':
      return faults.delist(text(command, 'venueSymbol'));
    case 'setState':
      return faults.setListingState(
        text(command, 'venueSymbol'),
        oneOf(command, 'state', ['TRADING', 'HALTED', 'PRE_LAUNCH'] as const),
      );
    case 'setFundingInterval':
      return faults.setFundingInterval(text(command, 'venueSymbol'), oneOf(command, 'hours', INTERVAL_HOURS));
    case 'setMark':
      venues.setMark(venue, text(command, 'venueSymbol'), number(command, 'price'));
      return undefined;
    case 'emit':
      return venues.emit(venue, ...orders(command.orders)).map(({ id, identity }) => ({ id, identity }));
    case 'lose':
      return faults.lose(text(command, 'venueSymbol'), oneOf(command, 'what', ['BOOK', 'TRADES'] as const));
    case 'crossBook':
      return faults.crossBook(text(command, 'venueSymbol'));
    case 'restartBook':
      return faults.restartBook(text(command, 'venueSymbol'));
    case 'book':
      return venues.bookOf(venue, text(command, 'venueSymbol'));
    case 'trades':
      return venues.tradesOf(venue, text(command, 'venueSymbol'));
    case 'confirm':
      return venues.confirm();
    default:
      throw new ControlError(`unknown command: ${String(command.do)}`);
  }
}

function venueOf({ venue }: JsonObject, asked: SimulatedVenueId): SimulatedVenueId {
  if (venue === undefined) return asked;
  const found = SIMULATED_VENUE_IDS.find((id) => id === venue);
  if (!found) throw new ControlError(`venue must be one of ${SIMULATED_VENUE_IDS.join(', ')}`);
  return found;
}

function orders(value: unknown): readonly OrderToEmit[] {
  if (!Array.isArray(value) || value.length === 0) throw new ControlError('orders must be a list');
  return value.map((candidate) => {
    const order = asObject(candidate) ?? {};
    for (const field of ['venueSymbol', 'quantity', 'price']) text(order, field);
    oneOf(order, 'side', ['BUY', 'SELL'] as const);
    return order as unknown as OrderToEmit;
  });
}

function text(command: JsonObject, field: string): string {
  const value = command[field];
  if (typeof value !== 'string' || value === '') throw new ControlError(`${field} must be a text`);
  return value;
}

function number(command: JsonObject, field: string): number {
  const value = Number(command[field]);
  if (!(value > 0)) throw new ControlError(`${field} must be a positive number`);
  return value;
}

function oneOf<T extends string | number>(command: JsonObject, field: string, values: readonly T[]): T {
  const found = values.find((value) => value === command[field]);
  if (found === undefined) throw new ControlError(`${field} must be one of ${values.join(', ')}`);
  return found;
}
