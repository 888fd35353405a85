/** What a resolver may know of the request it serves. */
export interface OperationContext {
  /** Aborted by the socket server when the client has stopped reading. Absent over HTTP. */
  readonly tooSlow?: AbortSignal;
}
