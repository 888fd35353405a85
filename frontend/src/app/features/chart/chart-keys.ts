import { type ChartDrawing } from './chart-drawing.js';

const FAST_STEPS = 10;
const ZOOM_FACTOR = 1.25;

/** What a key does in a chart that has the focus; undefined for keys that are not the chart's. */
export function chartKeyAction({
  key,
  shiftKey,
  ctrlKey,
  metaKey,
  altKey,
}: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>):
  ((drawing: ChartDrawing) => void) | undefined {
  if (ctrlKey || metaKey || altKey) return undefined;
  const steps = shiftKey ? FAST_STEPS : 1;
  switch (key) {
    case 'ArrowLeft':
      return (drawing) => drawing.step(-steps);
    case 'ArrowRight':
      return (drawing) => drawing.step(steps);
    case '+':
    case '=':
      return (drawing) => drawing.zoom(1 / ZOOM_FACTOR);
    case '-':
      return (drawing) => drawing.zoom(ZOOM_FACTOR);
    case 'Home':
      return (drawing) => drawing.goTo('oldest');
    case 'End':
      return (drawing) => drawing.goTo('newest');
    case 'Escape':
      return (drawing) => drawing.unpoint();
    default:
      return undefined;
  }
}
