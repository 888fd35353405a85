import { type ChartDrawing } from './chart-drawing.js';

const FAST_STEPS = 10;
const ZOOM_FACTOR = 1.25;
const SHARE_STEP = 0.05;

/** What keys of a chart ask of the page around it. */
export interface ChartKeeper {
  /** Gives liquidations so much more of the height, as a share of 1. */
  growLiquidations(by: number): void;
  openTable(): void;
}

type ChartAction = (drawing: ChartDrawing, keeper: ChartKeeper) => void;

/** What a key does in a chart that has the focus; undefined for keys that are not the chart's. */
export function chartKeyAction({
  key,
  shiftKey,
  ctrlKey,
  metaKey,
  altKey,
}: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>): ChartAction | undefined {
  if (ctrlKey || metaKey || altKey) return undefined;
  const steps = shiftKey ? FAST_STEPS : 1;
  switch (key) {
    case 'ArrowLeft':
      return (drawing) => drawing.step(-steps);
    case 'ArrowRight':
      return (drawing) => drawing.step(steps);
    case 'ArrowUp':
    case 'ArrowDown': {
      // Without Shift they scroll the page.
      const by = key === 'ArrowUp' ? SHARE_STEP : -SHARE_STEP;
      return shiftKey ? (_drawing, keeper) => keeper.growLiquidations(by) : undefined;
    }
    case '+':
    case '=':
      return (drawing) => drawing.zoom(1 / ZOOM_FACTOR);
    case '-':
      return (drawing) => drawing.zoom(ZOOM_FACTOR);
    case 'Home':
      return (drawing) => drawing.goTo('oldest');
    case 'End':
      return (drawing) => drawing.goTo('newest');
    case 'Enter':
      return (_drawing, keeper) => keeper.openTable();
    case 'Escape':
      return (drawing) => drawing.unpoint();
    default:
      return undefined;
  }
}
