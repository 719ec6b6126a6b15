const { GRANTRY_SEED, GRANTRY_PATH, GRANTRY_WORLDS } = process.env;

/** How many worlds to look at: GRANTRY_WORLDS, or this number. */
export const worldsToTry = (usual: number) => Number(GRANTRY_WORLDS ?? usual);

/**
 * Settings of fast-check. A failure prints a seed and a path; GRANTRY_SEED and GRANTRY_PATH lead straight back to it.
 */
export const REPLAY = {
  // To make a failure smaller takes long; what has been reached by then is told.
  interruptAfterTimeLimit: 240_000,
  ...(GRANTRY_SEED && { seed: Number(GRANTRY_SEED) }),
  ...(GRANTRY_PATH && { path: GRANTRY_PATH }),
};
