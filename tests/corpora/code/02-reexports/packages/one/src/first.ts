export * from "./loop";
export { close } from "./second";
