/** Filled by the next step. */
export function Apps() {
  return null;
}
