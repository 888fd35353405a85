/** Injection token of SystemPorts. */
export const SYSTEM_PORTS = Symbol('SYSTEM_PORTS');
