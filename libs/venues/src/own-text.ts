/** Longer parts of a text are no copies to the engine: each keeps the whole text alive. */
const COPIED_LENGTH = 12;

/** The same text, for one that is kept for long and was cut out of a frame: the frame can go. */
export function ownText<Text extends string>(text: Text): Text {
  return text.length > COPIED_LENGTH ? (` ${text}`.slice(1) as Text) : text;
}
