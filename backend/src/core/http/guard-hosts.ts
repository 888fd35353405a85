import { type FastifyInstance } from 'fastify';
import { type HostCheck } from '../clients/host-check.js';
import { type ErrorFormatter } from '../graphql/error-formatter.js';
import { ApiError } from '../graphql-errors.js';
import { refuseUpgrade, type UpgradeHandler } from '../graphql-socket/upgrade-router.js';

const MESSAGE = 'This server does not answer to the name in the Host header; its ALLOWED_HOSTS can name it';

/** Refuses requests that call the server by a name which is not its own: 403, before anything is done for them. */
export function guardHosts(
  fastify: FastifyInstance,
  hosts: HostCheck,
  errors: ErrorFormatter,
  graphqlPath: string,
): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (hosts.answers(request.raw)) {
      done();
      return;
    }
    const body =
      request.routeOptions.url === graphqlPath
        ? { errors: [errors.format(new ApiError('BAD_USER_INPUT', MESSAGE))] }
        : { status: 403, message: MESSAGE };
    void reply.status(403).header('cache-control', 'no-store').send(body);
  });
}

/** The same for requests for a socket, and for those without an origin where these are not wanted. */
export function guardUpgrades(
  handler: UpgradeHandler,
  hosts: HostCheck,
  allowNoOrigin: boolean,
  onNoOrigin: () => void,
): UpgradeHandler {
  return (request, socket, head) => {
    if (!hosts.answers(request)) {
      refuseUpgrade(socket, 403);
    } else if (!allowNoOrigin && request.headers.origin === undefined) {
      onNoOrigin();
      refuseUpgrade(socket, 403);
    } else {
      handler(request, socket, head);
    }
  };
}
