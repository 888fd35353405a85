import { type RecordedLiquidation } from '@orderfox/domain';
import { EventTopic, type EventSubscription, type JoinRequest } from '@orderfox/fanout';
import { type LiquidationQuery } from './liquidation-query.js';

/** For specs: the topic that the API serves its stream from. */
export type LiquidationTopic = EventTopic<RecordedLiquidation, LiquidationQuery>;
export type LiquidationJoin = JoinRequest<RecordedLiquidation, LiquidationQuery>;

/** The way in, as a property: the topics themselves are made deep inside the API. */
interface WayIn {
  join: (this: LiquidationTopic, request: LiquidationJoin) => EventSubscription;
}

/** For specs: calls back before anyone joins a topic. The returned function ends that. */
export function watchJoins(onJoin: (topic: LiquidationTopic, request: LiquidationJoin) => void): () => void {
  const way = EventTopic.prototype as unknown as WayIn;
  const { join } = way;
  way.join = function (request) {
    onJoin(this, request);
    return join.call(this, request);
  };
  return () => {
    way.join = join;
  };
}
