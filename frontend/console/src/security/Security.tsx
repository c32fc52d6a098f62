/** Filled by the next step. */
export function Security() {
  return null;
}
