const PATIENCE_MS = 2_000;

/** Whether the server can do its work now: false, too, when there is no answer within two seconds. */
export async function readyInTime(isReady: () => Promise<boolean>): Promise<boolean> {
  const { promise: tooLate, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, PATIENCE_MS, false);
  try {
    return await Promise.race([isReady(), tooLate]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
