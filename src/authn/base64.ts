/** Decodes base64 (RFC 4648, section 4, padding optional) of UTF-8 text; null when it is anything else. */
export function textOfBase64(encoded: string): string | null {
  const bytes = Buffer.from(encoded, 'base64');
  // Node passes over whatever is not base64, or not UTF-8.
  const padded = bytes.toString('base64');
  if (encoded !== padded && encoded !== padded.replace(/=+$/, '')) return null;
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : null;
}
