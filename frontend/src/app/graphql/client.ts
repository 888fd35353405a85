import { DOCUMENT, inject, InjectionToken } from '@angular/core';
import { OrderFoxClient } from '@orderfox/client';

/** The one client of the page, at the place the page came from. */
export const CLIENT = new InjectionToken<OrderFoxClient>('OrderFoxClient', {
  factory: () => new OrderFoxClient({ url: new URL('/graphql', inject(DOCUMENT).baseURI).href }),
});
