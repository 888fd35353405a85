import { channelsOf, faintest } from '../../core/contrast.js';

/** The colours that the page gives its chart, each as `rgb(…)`. */
export interface ChartTokens {
  readonly surface: string;
  readonly line: string;
  readonly text: string;
  readonly faint: string;
  readonly accent: string;
  /** Shorts liquidated, and rising prices. */
  readonly positive: string;
  /** Longs liquidated, and falling prices. */
  readonly negative: string;
}

/** The colours of a chart, each as `rgb(…)`. */
export interface ChartColours extends ChartTokens {
  /** Coins traded while the price rose, and while it fell: quieter than candles, and still seen. */
  readonly tradedUp: string;
  readonly tradedDown: string;
  /** The lines over what is not known. */
  readonly hatch: string;
}

export const REDUCED_MOTION = '(prefers-reduced-motion: reduce)';

const TOKENS: Readonly<Record<keyof ChartTokens, string>> = {
  surface: '--surface',
  line: '--line',
  text: '--text-2',
  faint: '--text-3',
  accent: '--info',
  positive: '--positive',
  negative: '--negative',
};

/** Reads what the tokens of the page are at an element now. A canvas knows no variables, so each is resolved by a probe. */
export function readColours(element: HTMLElement): ChartColours {
  const { ownerDocument } = element;
  const probe = ownerDocument.createElement('span');
  probe.hidden = true;
  element.append(probe);
  const resolved = (token: string) => {
    probe.style.color = `var(${token})`;
    return ownerDocument.defaultView?.getComputedStyle(probe).color ?? '';
  };
  const tokens = Object.fromEntries(Object.entries(TOKENS).map(([name, token]) => [name, resolved(token)]));
  probe.remove();
  return paintsOf(tokens as Record<keyof ChartTokens, string>);
}

/** All the colours of a chart, from those of the page. */
export function paintsOf(tokens: ChartTokens): ChartColours {
  const { surface, positive, negative, faint } = tokens;
  return {
    ...tokens,
    tradedUp: quiet(positive, surface),
    tradedDown: quiet(negative, surface),
    hatch: faint,
  };
}

function quiet(colour: string, ground: string): string {
  const [paint, below] = [channelsOf(colour), channelsOf(ground)];
  return paint === undefined || below === undefined ? colour : `rgb(${faintest(paint, below).join(', ')})`;
}

/** `rgb(1, 2, 3)` as `rgba(1, 2, 3, 0.5)`; what is no such colour stays as it is. */
export function translucent(colour: string, alpha: number): string {
  const match = /^rgb\((.+)\)$/.exec(colour);
  return match === null ? colour : `rgba(${match[1] ?? ''}, ${alpha})`;
}

/** Asks the viewer's system; undefined where it cannot be asked. */
export function mediaQuery(document: Document, query: string): MediaQueryList | undefined {
  const window = document.defaultView;
  return typeof window?.matchMedia === 'function' ? window.matchMedia(query) : undefined;
}

/** Calls `changed` whenever theme, palette or the wishes of the viewer's system change; the returned function ends it. */
export function watchColours(document: Document, changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme', 'data-palette'] });
  const queries = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)', REDUCED_MOTION].map((query) =>
    mediaQuery(document, query),
  );
  for (const query of queries) query?.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    for (const query of queries) query?.removeEventListener('change', changed);
  };
}
