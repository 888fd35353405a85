/** The `data` of an answer, written already. Whoever does not know of it takes it for the object that it stands for. */
export class WrittenData {
  /** Where the type of an answer wants an object of fields. */
  readonly [field: string]: unknown;

  /** `text`: JSON of an object. */
  constructor(readonly text: string) {}

  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

/** The text of an answer to send: what JSON.stringify gives for it, and a line's end as Apollo has it. */
export function answerText(answer: {
  readonly errors?: unknown;
  readonly data?: unknown;
  readonly extensions?: unknown;
}): string {
  const { errors, data, extensions } = answer;
  if (!(data instanceof WrittenData)) return `${JSON.stringify(answer)}\n`;
  const before = errors === undefined ? '' : `"errors":${JSON.stringify(errors)},`;
  const after = extensions === undefined ? '' : `,"extensions":${JSON.stringify(extensions)}`;
  return `{${before}"data":${data.text}${after}}\n`;
}
