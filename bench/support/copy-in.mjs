/** A COPY ... FROM STDIN for `pg`: a query object that sends `text` when the server is ready for it. */
export class CopyIn {
  #outcome = Promise.withResolvers();
  #error;

  constructor(sql, text) {
    this.sql = sql;
    this.text = text;
  }

  /** Settles when the server has committed, or refused. */
  get done() {
    return this.#outcome.promise;
  }

  submit(connection) {
    connection.query(this.sql);
  }

  handleCopyInResponse(connection) {
    connection.sendCopyFromChunk(Buffer.from(this.text));
    connection.endCopyFrom();
  }

  handleCommandComplete() {}

  handleError(error) {
    this.#error = error;
  }

  handleReadyForQuery() {
    if (this.#error === undefined) this.#outcome.resolve();
    else this.#outcome.reject(this.#error);
  }
}
