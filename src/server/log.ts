import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';

/** A logger that writes one JSON object a line, to standard output unless told otherwise. */
export const createLogger = (level: string, destination?: DestinationStream): Logger =>
  pino(
    { level, base: undefined, timestamp: stdTimeFunctions.isoTime, serializers: { err: describe } },
    ...to(destination),
  );

const to = (destination?: DestinationStream): [] | [DestinationStream] => (destination ? [destination] : []);

type Description = { type: string; message: string; code?: unknown; stack?: string; cause?: Description };

// pino's own serializer copies every property of an error: drivers and HTTP clients keep parameters and headers there.
function describe(error: unknown, depth = 0): Description {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { name, message, stack, cause, code } = error as Error & { code?: unknown };
  return {
    type: name,
    message,
    ...(code === undefined ? {} : { code }),
    stack,
    ...(cause === undefined || depth > 5 ? {} : { cause: describe(cause, depth + 1) }),
  };
}
