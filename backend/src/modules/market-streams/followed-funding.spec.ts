import { describe, expect, test } from '@jest/globals';
import { FollowedFunding } from './followed-funding.js';

describe('FollowedFunding', () => {
  function followed(most: () => number) {
    const open = new Map<string, (venue: string) => void>();
    const heard: string[] = [];
    const said: string[] = [];
    const write = (fields: object) => void said.push(JSON.stringify(fields));
    const funding = new FollowedFunding({
      subscribe: (symbol, onChanged) => {
        if (open.size >= most()) throw new Error('too many');
        open.set(symbol, onChanged);
        return () => open.delete(symbol);
      },
      onChanged: (venue) => heard.push(venue),
      log: { debug: write, info: write, warn: write, error: write },
    });
    return { funding, open, heard, said };
  }

  test('what is refused is said once and tried again, and keeps nothing else from being followed', () => {
    let most = 1;
    const { funding, open, heard, said } = followed(() => most);
    funding.follow(new Set(['BTCUSDT', 'ETHUSDT']));
    funding.follow(new Set(['BTCUSDT', 'ETHUSDT']));
    expect([...open.keys()]).toEqual(['BTCUSDT']);
    expect(said).toEqual([expect.stringContaining('ETHUSDT')]);
    most = 2;
    funding.follow(new Set(['BTCUSDT', 'ETHUSDT']));
    open.get('ETHUSDT')?.('bybit');
    expect(heard).toEqual(['bybit']);
  });

  test('lets go of what is not wanted any more', () => {
    const { funding, open } = followed(() => 2);
    funding.follow(new Set(['BTCUSDT', 'XBTUSDT']));
    funding.follow(new Set(['BTCUSDT', 'ETHUSDT']));
    expect([...open.keys()]).toEqual(['BTCUSDT', 'ETHUSDT']);
    funding.stop();
    expect(open.size).toBe(0);
  });
});
