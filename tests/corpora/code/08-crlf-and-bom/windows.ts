/** First line.
 * Second line.
 */
export function first() {
  return 1;
}

export const second = () => {
  return "café";
};
