/** Filled by the next step. */
export function Privacy() {
  return null;
}
