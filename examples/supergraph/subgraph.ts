/** A subgraph that answers, and its text for composition. */
export type Subgraph = {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
  stop(): Promise<void>;
};
