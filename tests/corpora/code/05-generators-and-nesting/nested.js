export function* outer(limit) {
  function inner(value) {
    const deepest = (x) => (x ? 1 : 2);
    return deepest(value);
  }
  for (let i = 0; i < limit; i++) yield inner(i);
  [1, 2].map((n) => (n > 1 ? n : 0));
}

export const stream = async function* () {
  yield 1;
};
