// A gateway in a process of its own, for tests of signals: prints its port, and `cleaned up` at its end.
import { setTimeout } from 'node:timers/promises';
import { installSignalHandlers } from '../../../src/server/shutdown.js';
import { serving, silent } from '../serving.js';

const server = await serving({ http: { shutdownSeconds: Number(process.argv[2]) } });
const cleanup = async () => {
  await setTimeout(50);
  console.log('cleaned up');
};
installSignalHandlers(server, cleanup, silent);
console.log(server.port);
