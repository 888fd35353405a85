/** For specs: lets a process of its own run the TypeScript sources, whose imports say `.js`. */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('.') && specifier.endsWith('.js')) {
      try {
        return next(`${specifier.slice(0, -3)}.ts`, context);
      } catch {
        // A module that really is JavaScript.
      }
    }
    return next(specifier, context);
  },
});
