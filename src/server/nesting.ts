// A string or comment as a whole, whether or not it ends, so that each character is looked at once; or a bracket.
const TOKENS = /"""(?:\\"""|[^])*?(?:"""|$)|"(?:\\.|[^"\\\n\r])*"?|#[^\n\r]*|[([{]|[)\]}]/g;

/** How deep the brackets of a GraphQL document stand in each other. Deep ones exhaust the stack of its parser. */
export function nestingOf(document: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of document.matchAll(TOKENS)) {
    if ('([{'.includes(token)) deepest = Math.max(deepest, ++depth);
    else if (')]}'.includes(token)) depth--;
  }
  return deepest;
}
