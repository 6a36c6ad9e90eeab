export * from "./first";
