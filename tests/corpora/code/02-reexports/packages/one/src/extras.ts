export function polish(): void {}
