const NAME = /^Variable "\$(\w+)"/;
const PLACE = / at "(\w+(?:\.\w+|\[\d+\])*)"; /g;

/**
 * The dotted path of a wrong variable as it was sent, such as `requests.3.permission`, from the message of graphql-js.
 * Undefined when the message is about something else.
 */
export function variablePath(message: string): string | undefined {
  const name = NAME.exec(message)?.[1];
  if (name === undefined) return undefined;
  // The value stands before its place in the message, and may itself look like one.
  const places = [...message.matchAll(PLACE)].map(match => match[1]!);
  const place = places.find(path => /^\w+/.exec(path)?.[0] === name) ?? name;
  return place.replaceAll(/\[(\d+)\]/g, '.$1');
}
