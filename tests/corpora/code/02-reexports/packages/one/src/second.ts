const original = () => 1;
export { original as renamed };
export const close = () => 2;
