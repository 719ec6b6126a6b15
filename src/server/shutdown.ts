import type { Logger } from 'pino';

const SIGNALS = { SIGTERM: 15, SIGINT: 2 } as const;

/**
 * On SIGTERM or SIGINT the gateway is closed, then `cleanup` runs, then the process ends with status 0 (1 if either
 * failed). A second signal ends it at once.
 */
export function installSignalHandlers(
  gateway: { close(): Promise<void> },
  cleanup: () => Promise<void>,
  log: Logger,
): void {
  let closing = false;
  const end = async () => {
    let status = 0;
    for (const step of [() => gateway.close(), cleanup]) {
      await step().catch((error: unknown) => {
        log.fatal({ err: error }, 'shutdown failed');
        status = 1;
      });
    }
    process.exit(status);
  };
  for (const [signal, number] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (closing) process.exit(128 + number); // as shells report an end by a signal
      closing = true;
      log.info({ signal }, 'shutting down');
      void end();
    });
  }
}
