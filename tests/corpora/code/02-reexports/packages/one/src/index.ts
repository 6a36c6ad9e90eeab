export * from "./first";
export { renamed as open } from "./second.js";
export * as extras from "./extras";
