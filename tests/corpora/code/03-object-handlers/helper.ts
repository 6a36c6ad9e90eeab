export const helper = async () => 1;
