/** Filled by the next step. */
export function Addresses() {
  return null;
}
