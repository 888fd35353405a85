import { type ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, OperationTypeNode } from 'graphql';
import { ApiError } from '../graphql-errors.js';

/** Over HTTP there is nothing that a stream could travel on: says where to go instead of executing it once. */
export const refuseSubscriptions: ApolloServerPlugin = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation: ({ operation }) => {
        if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return Promise.resolve();
        const problem = new ApiError(
          'BAD_USER_INPUT',
          'Subscriptions are served over WebSocket at this address, subprotocol graphql-transport-ws',
        );
        const http = { status: 400 };
        return Promise.reject(
          new GraphQLError(problem.message, { originalError: problem, extensions: { http } }),
        );
      },
    }),
};
