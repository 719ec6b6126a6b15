import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { authnConfigured, type AuthnConfig } from './authn/authn-config.js';
import { serviceClients } from './authn/service-client.js';
import { AppError } from './kernel/errors.js';

/** All that can be configured, parsed. docs/operations.md has one line for each variable. */
export type Config = {
  readonly production: boolean;
  /** First run: a demo tenant is made and nobody has to configure anything. Never in production or on PostgreSQL. */
  readonly demo: boolean;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly database: { readonly url?: string; readonly poolSize: number; readonly dataDir: string };
  readonly authn: AuthnConfig;
  readonly directory: { readonly createTenants: boolean };
  readonly policy: { readonly roleApplications: readonly string[] };
  readonly engine: { readonly subjectCacheEntries: number };
  readonly seedDir?: string;
  readonly http: {
    readonly port: number;
    /** Absent: all interfaces. */
    readonly host?: string;
    readonly corsOrigins: '*' | readonly string[];
    readonly bodyLimitBytes: number;
    readonly introspection: boolean;
    readonly shutdownSeconds: number;
    /** Where clients reach the server, as far as documents tell it; absent: where each request went. */
    readonly publicUrl?: string;
    /** What a router proves itself by; absent: no router may ask. */
    readonly routerSecret?: string;
  };
  /** On a port of their own, or under a path of the main port, or (null) nowhere. */
  readonly metrics: { readonly port: number } | { readonly path: string } | null;
};

/** The configuration is wrong; the message has a line for each variable at fault, and no value of any. */
export class ConfigError extends AppError {
  constructor(readonly problems: readonly string[]) {
    super('BAD_USER_INPUT', ['The configuration is wrong.', ...problems].join('\n  '));
    this.name = 'ConfigError';
  }
}

/**
 * Reads the environment; an empty variable counts as unset. Throws a ConfigError with everything that is wrong.
 * `serving: false` is for work on the database alone, which needs no way to sign in.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, { serving } = { serving: true }): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const { data, error } = VARIABLES.safeParse(set);
  const problems = error?.issues.map(problem) ?? [];
  // Said together with whatever else is wrong; a variable that is wrong is not missing.
  const closed = data ? !authnConfigured(authnOf(data)) : AUTHN_VARIABLES.every(name => set[name] === undefined);
  if (serving && closed && !isFirstRun(set)) problems.push(CLOSED);
  if (!data || problems.length > 0) throw new ConfigError(problems);
  return arrange(data);
}

const problem = ({ path, message }: z.core.$ZodIssue) => `${z.core.toDotPath(path)}: ${message}`;

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const ENVIRONMENTS = ['development', 'test', 'production'] as const;
const OWN_PATHS = /^\/($|graphql(\/|$)|health(\/|$))/;
const LARGEST_PORT = 65_535;
const SECRET_BYTES = 32;

const text = (isRight: (text: string) => boolean, error: string) => z.string().refine(isRight, { error });
const oneOf = <const T extends readonly string[]>(choices: T) =>
  z.enum(choices, { error: `must be one of ${choices.join(', ')}` });
const flag = () => z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'], error: 'must be true, false, 1 or 0' });
const isWhole = (number: string, least: number, most: number) =>
  /^\d{1,15}$/.test(number) && least <= Number(number) && Number(number) <= most;
const whole = (least: number, most: number) =>
  text(number => isWhole(number, least, most), `must be a whole number from ${least} to ${most}`).transform(Number);
const items = (list: string) => list.split(',').map(item => item.trim());

const isLong = (secret: string) => Buffer.byteLength(secret) >= SECRET_BYTES;
const isPostgres = (url: string) => URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol);
const isFolder = (dir: string) => dir.startsWith('memory://') || !/^\w+:\/\//.test(dir);
const isApplication = (name: string) => name === '*' || /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name);
const isSafeSource = (url: string) => {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  return (protocol === 'https:' || (protocol === 'http:' && loopback)) && username + password === '';
};

const asOrigin = (url: string) => {
  if (!URL.canParse(url)) return null;
  const { protocol, origin, href } = new URL(url);
  return /^https?:$/.test(protocol) && href === `${origin}/` ? origin : null;
};

const publicUrl = z.string().transform((url, context): string => {
  const { protocol, search, hash, username, password, href } = URL.canParse(url) ? new URL(url) : ({} as Partial<URL>);
  const isPlain = `${search}${hash}${username}${password}` === '';
  if (href !== undefined && isPlain && /^https?:$/.test(protocol ?? '')) return href.replace(/\/$/, '');
  context.addIssue('must be a URL such as https://access.example.com, without a query');
  return z.NEVER;
});

const corsOrigins = z.string().transform((list, context): '*' | readonly string[] => {
  if (list.trim() === '*') return '*';
  const origins = items(list).map(asOrigin);
  if (!origins.includes(null)) return origins.filter(origin => origin !== null);
  context.addIssue('must be *, or a comma separated list of origins such as https://app.example.com, without paths');
  return z.NEVER;
});

const metrics = z.string().transform((place, context): Config['metrics'] => {
  if (place === 'off') return null;
  if (isWhole(place, 1, LARGEST_PORT)) return { port: Number(place) };
  if (/^\/[\w./~-]*$/.test(place) && !OWN_PATHS.test(place)) return { path: place };
  context.addIssue('must be off, a port number, or a path such as /metrics that is not used otherwise');
  return z.NEVER;
});

const clients = z
  .string()
  .transform((source, context): unknown => {
    try {
      return JSON.parse(/^\s*[[{]/.test(source) ? source : readFileSync(source, 'utf8').replace(/^\ufeff/, ''));
    } catch (error) {
      // The parser's own message would show a piece of the text.
      const unread = !(error instanceof SyntaxError);
      context.addIssue(unread ? 'names a file that cannot be read' : 'must be JSON, or the path of a JSON file');
      return z.NEVER;
    }
  })
  .pipe(serviceClients);

const VARIABLES = z
  .object({
    PORT: whole(0, LARGEST_PORT).default(4000),
    HOST: text(host => /^[\w.:%-]+$/.test(host), 'must be a host name or an IP address').optional(),
    NODE_ENV: oneOf(ENVIRONMENTS).default('development'),
    DATABASE_URL: text(isPostgres, 'must be a URL as in postgresql://user:password@host:5432/database').optional(),
    GRANTRY_DATABASE_POOL: whole(1, 1_000).default(10),
    GRANTRY_DATA_DIR: text(isFolder, 'must be the path of a folder, or memory://').default('.grantry'),
    GRANTRY_JWT_SECRET: text(isLong, `must have at least ${SECRET_BYTES} bytes (RFC 7518, section 3.2)`).optional(),
    GRANTRY_JWKS_URL: text(isSafeSource, 'must be an https URL, or http on the loopback interface, without a password')
      .transform(url => new URL(url))
      .optional(),
    GRANTRY_JWT_ISSUER: z.string().optional(),
    GRANTRY_JWT_AUDIENCE: z.string().optional(),
    GRANTRY_CLIENTS: clients.default([]),
    GRANTRY_TRUST_IDENTITY_HEADER: flag().default(false),
    GRANTRY_CREATE_TENANTS: flag().default(false),
    GRANTRY_ROLE_APPLICATIONS: z
      .string()
      .transform(items)
      .refine(names => names.every(isApplication), { error: 'must be a comma separated list of applications, or *' })
      .default(['*']),
    GRANTRY_SEED_DIR: z.string().optional(),
    GRANTRY_PUBLIC_URL: publicUrl.optional(),
    GRANTRY_ROUTER_SECRET: text(isLong, `must have at least ${SECRET_BYTES} bytes`).optional(),
    GRANTRY_CORS_ORIGINS: corsOrigins.default([]),
    GRANTRY_METRICS: metrics.default(null),
    GRANTRY_INTROSPECTION: flag().optional(),
    GRANTRY_LOG_LEVEL: oneOf(LOG_LEVELS).default('info'),
    GRANTRY_SUBJECT_CACHE: whole(1, 10_000_000).default(10_000),
    GRANTRY_BODY_LIMIT: whole(1, 1_073_741_824).default(1_048_576),
    GRANTRY_SHUTDOWN_SECONDS: whole(0, 3_600).default(20),
  })
  .refine(({ PORT, GRANTRY_METRICS: at }) => !at || !('port' in at) || at.port !== PORT, {
    path: ['GRANTRY_METRICS'],
    error: 'must be another port than PORT',
  });
type Variables = z.output<typeof VARIABLES>;

const AUTHN_VARIABLES = [
  'GRANTRY_JWT_SECRET',
  'GRANTRY_JWKS_URL',
  'GRANTRY_CLIENTS',
  'GRANTRY_TRUST_IDENTITY_HEADER',
] as const;
const CLOSED =
  `${AUTHN_VARIABLES.join(', ')}: set at least one of them. ` +
  'Nobody could sign in, and there is no demo in production or with DATABASE_URL';

const isFirstRun = ({ NODE_ENV, DATABASE_URL }: { NODE_ENV?: string; DATABASE_URL?: string }) =>
  NODE_ENV !== 'production' && DATABASE_URL === undefined;

const authnOf = (variables: Variables): AuthnConfig => ({
  jwtSecret: variables.GRANTRY_JWT_SECRET,
  jwksUrl: variables.GRANTRY_JWKS_URL,
  jwtIssuer: variables.GRANTRY_JWT_ISSUER,
  jwtAudience: variables.GRANTRY_JWT_AUDIENCE,
  clients: variables.GRANTRY_CLIENTS,
  trustIdentityHeader: variables.GRANTRY_TRUST_IDENTITY_HEADER,
});

function arrange(variables: Variables): Config {
  const production = variables.NODE_ENV === 'production';
  const authn = authnOf(variables);
  return {
    production,
    demo: isFirstRun(variables) && !authnConfigured(authn),
    logLevel: variables.GRANTRY_LOG_LEVEL,
    database: {
      url: variables.DATABASE_URL,
      poolSize: variables.GRANTRY_DATABASE_POOL,
      dataDir: variables.GRANTRY_DATA_DIR,
    },
    authn,
    directory: { createTenants: variables.GRANTRY_CREATE_TENANTS },
    policy: { roleApplications: variables.GRANTRY_ROLE_APPLICATIONS },
    engine: { subjectCacheEntries: variables.GRANTRY_SUBJECT_CACHE },
    seedDir: variables.GRANTRY_SEED_DIR,
    http: {
      port: variables.PORT,
      host: variables.HOST,
      corsOrigins: variables.GRANTRY_CORS_ORIGINS,
      bodyLimitBytes: variables.GRANTRY_BODY_LIMIT,
      introspection: variables.GRANTRY_INTROSPECTION ?? !production,
      shutdownSeconds: variables.GRANTRY_SHUTDOWN_SECONDS,
      publicUrl: variables.GRANTRY_PUBLIC_URL,
      routerSecret: variables.GRANTRY_ROUTER_SECRET,
    },
    metrics: variables.GRANTRY_METRICS,
  };
}
