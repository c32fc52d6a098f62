/** Filled by the next step. */
export function Sessions() {
  return null;
}
