import { Command } from 'commander';
import { signDevelopmentToken } from '../authn/development-token.js';
import { readConfig } from '../config.js';
import { AppError, badInput } from '../kernel/errors.js';

type Options = {
  username: string;
  tenant: string;
  orgAdmin?: boolean;
  email?: string;
  serviceAccount?: boolean;
  expiresIn?: string;
};

/** `token`: signs a token for development with the configured secret. */
export const tokenCommand = (): Command =>
  new Command('token')
    .description('sign a token for development, with GRANTRY_JWT_SECRET')
    .requiredOption('--username <name>', 'whose token')
    .requiredOption('--tenant <slug>', 'slug or external id of the tenant')
    .option('--org-admin', 'claim that the user is an organisation administrator')
    .option('--email <address>', 'claim this address')
    .option('--service-account', 'claim that it is a service account')
    .option('--expires-in <time>', 'how long it is good for, such as 30m or 7d', '12h')
    .action(async (options: Options) => {
      const { authn } = readConfig(process.env, { serving: false });
      if (!authn.jwtSecret)
        throw badInput('GRANTRY_JWT_SECRET', 'must be set, to the secret of the server that is to accept it');
      const { jwtSecret: secret, jwtIssuer: issuer, jwtAudience: audience } = authn;
      const token = await signDevelopmentToken({ secret, issuer, audience, ...options }).catch(asOption);
      process.stdout.write(`${token}\n`);
    });

/** Throws with the name of the option, which is what was typed. */
function asOption(error: unknown): never {
  if (!(error instanceof AppError) || error.field === undefined) throw error;
  const option = `--${error.field.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
  throw new AppError(error.code, error.message.replace(error.field, option), option);
}
