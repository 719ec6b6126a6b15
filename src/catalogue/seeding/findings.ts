import { z } from 'zod';

/** Something to tell about a seed file: where, and what would be right. */
export type Finding = { readonly file: string; readonly path: string; readonly message: string };

/** Collects what is wrong (`errors`) or only surprising (`warnings`) in a seed folder. */
export class Findings {
  readonly errors: Finding[] = [];
  readonly warnings: Finding[] = [];

  error(place: Place, message: string): void {
    this.errors.push({ file: place.file, path: place.path, message });
  }

  warning(place: Place, message: string): void {
    this.warnings.push({ file: place.file, path: place.path, message });
  }
}

/** A spot in a seed file: the file relative to the folder, and the JSON path such as `roles[3].access[0].permission`. */
export type Place = { readonly file: string; readonly path: string };

/** The spot below another. */
export const below = ({ file, path }: Place, keys: readonly PropertyKey[]): Place => {
  const dotted = z.core.toDotPath([...keys]);
  return { file, path: path === '' || dotted === '' || dotted.startsWith('[') ? path + dotted : `${path}.${dotted}` };
};
