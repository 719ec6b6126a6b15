const BLOCK = 512;

/** The tar archive without the files whose names match. */
export function without(names: RegExp, tar: Buffer): Buffer<ArrayBuffer> {
  const kept: Buffer[] = [];
  let at = 0;
  while (at < tar.length && tar[at] !== 0) {
    const size = parseInt(tar.toString('latin1', at + 124, at + 136), 8);
    const end = at + BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const name = tar.toString('utf8', at, tar.indexOf(0, at));
    if (!names.test(name)) kept.push(tar.subarray(at, end));
    at = end;
  }
  return Buffer.concat([...kept, tar.subarray(at)]);
}
