/* global GraphiQL, React, ReactDOM */

const HISTORY = `# The newest liquidations of at least 10,000 dollars, fifty to a page.
# Ctrl+Space shows what else there is; every field says what it means.
query Liquidations {
  liquidations(first: 50, filter: { minNotionalUsd: "10000" }) {
    edges {
      cursor
      node {
        displayTime
        venue
        symbol
        liquidatedSide
        quantityFormatted
        baseAsset
        priceFormatted
        notionalUsdFormatted
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`;

const LIVE = `# Every liquidation from now on. To go on where you left off, pass the last cursor:
# liquidationAdded(after: "...")
subscription Live {
  liquidationAdded {
    cursor
    displayTime
    venue
    symbol
    liquidatedSide
    quantityFormatted
    notionalUsdFormatted
  }
}
`;

const STATE = `# What is running, and how every feed of every venue stands.
query State {
  system {
    version
    simulated
    startedAt
    lastCursor
  }
  venues {
    id
    name
    status
    statusReason
    completeness
    feeds {
      stream
      state
      reason
      lastEventAt
    }
  }
}
`;

const MARKET = `# What a market holds and pays: open interest and funding at every venue, or why it is not known.
query Market {
  openInterest(symbol: "BTCUSDT") {
    venue
    state
    reason
    isStale
    point {
      openInterestFormatted
      openInterestUsdFormatted
      priceUsed
      timestamp
    }
  }
  funding(symbol: "BTCUSDT") {
    venue
    state
    point {
      rateFormatted
      intervalHours
      aprFormatted
      nextFundingAt
    }
    settled {
      rateFormatted
      timestamp
    }
  }
}
`;

const socketUrl = new URL('/graphql', window.location.href);
socketUrl.protocol = socketUrl.protocol.replace('http', 'ws');

ReactDOM.createRoot(document.getElementById('playground')).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: '/graphql', subscriptionUrl: socketUrl.href }),
    defaultTabs: [HISTORY, LIVE, STATE, MARKET].map((query) => ({ query })),
    defaultEditorToolsVisibility: true,
  }),
);
