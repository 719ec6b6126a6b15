import type { IncomingMessage } from 'node:http';

/** The sender went away before the request was complete. */
export class Abandoned extends Error {
  override name = 'Abandoned';
}

/**
 * Reads the whole body; null when it is larger than the limit. What comes after the limit is read and dropped: a
 * connection that is cut while the sender is still sending would lose it the answer.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const giveUp = () => {
      chunks.length = 0;
      resolve(null);
    };
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) giveUp();
      else chunks.push(chunk);
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    const abandon = () => reject(new Abandoned('The sender went away'));
    request.once('error', abandon);
    request.once('close', abandon);
    if (Number(request.headers['content-length']) > limit) giveUp();
  });
}
