import 'reflect-metadata';
import { readConfig } from './config.js';
import { lastWords } from './server/last-words.js';
import { createLogger } from './server/log.js';
import { installSignalHandlers } from './server/shutdown.js';
import { start } from './server/start.js';

try {
  const config = readConfig(process.env);
  const log = createLogger(config.logLevel);
  const running = await start(config, log);
  installSignalHandlers(running.gateway, () => running.db.close(), log);
  const { url } = running.gateway;
  log.info({ url }, 'listening');
  if (running.welcome) process.stdout.write(`${running.welcome.text(url)}\n`);
} catch (error) {
  process.stderr.write(`${lastWords(error)}\n`);
  process.exit(1);
}
