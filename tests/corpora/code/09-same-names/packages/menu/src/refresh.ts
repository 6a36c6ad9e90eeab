
export const refresh = () => {};
