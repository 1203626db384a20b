// What allows a page's own script and styles, and no others.

/** Nobody can guess it; a fresh one for each page. */
export function freshNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}
