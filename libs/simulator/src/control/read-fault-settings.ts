import { type FaultSettings } from '../server/faults.js';
import { asObject } from '../server/json-reading.js';
import { type LeftOut, type RestSubject } from '../server/venue-protocol.js';
import { ControlError } from './control-api.js';

/** What each switch accepts; `null` turns a refusal off, because JSON has no undefined. */
const ACCEPTS: Readonly<Record<keyof FaultSettings, (value: unknown) => boolean>> = {
  refuse: isHttpFault,
  rest: isHttpFault,
  silent: (value) => value === 'NOTHING' || value === 'LIQUIDATIONS' || value === 'ALL',
  acknowledge: (value) => typeof value === 'boolean',
  replayOnSubscribe: (value) => typeof value === 'boolean',
  leavesOut: isLeftOut,
  copies: (value) => isWholeBetween(value, 1, 1000),
  reorderWindow: (value) => isWholeBetween(value, 1, 10_000),
  delayMs: (value) => isWholeBetween(value, 0, 600_000),
};

/** Reads fault switches from a control request. Throws ControlError that names the wrong one. */
export function readFaultSettings(body: unknown): Partial<FaultSettings> {
  const faults = asObject(body);
  if (!faults) throw new ControlError('faults must be an object');
  for (const [name, value] of Object.entries(faults)) {
    if (!Object.hasOwn(ACCEPTS, name)) throw new ControlError(`unknown switch: ${name}`);
    if (!ACCEPTS[name as keyof FaultSettings](value))
      throw new ControlError(`${name} cannot be ${JSON.stringify(value)}`);
  }
  return Object.fromEntries(Object.entries(faults).map(([name, value]) => [name, value ?? undefined]));
}

const SUBJECTS: readonly RestSubject[] = ['CATALOGUE', 'DEPTH', 'OPEN_INTEREST', 'FUNDING', 'INDEX'];
const LEFT_OUT: readonly LeftOut[] = ['SINGLE_OPEN_INTEREST', 'DOLLAR_INDEX'];

function isLeftOut(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => LEFT_OUT.includes(one as LeftOut));
}

function isHttpFault(value: unknown): boolean {
  if (value === null) return true;
  const fault = asObject(value);
  return (
    fault !== undefined &&
    isWholeBetween(fault.status, 200, 599) &&
    [undefined, 'HANG', 'HTML'].includes(fault.body as string | undefined) &&
    (fault.only === undefined || SUBJECTS.includes(fault.only as RestSubject)) &&
    (fault.retryAfterSeconds === undefined || isWholeBetween(fault.retryAfterSeconds, 0, 1_000_000))
  );
}

function isWholeBetween(value: unknown, low: number, high: number): boolean {
  return Number.isInteger(value) && (value as number) >= low && (value as number) <= high;
}
