/** Adds things. */
export function add(a: number, b: number): number;
export function add(a: string, b: string): string;
export function add(a: any, b: any): any {
  return a && b ? a + b : a;
}

export default async function load(id: string): Promise<void> {
  if (!id) return;
}

declare function elsewhere(): void;

abstract class Shape {
  abstract area(): number;
  constructor(private name: string) {
    if (!name) throw new Error("no name");
  }
  describe(): string {
    return this.name;
  }
}
