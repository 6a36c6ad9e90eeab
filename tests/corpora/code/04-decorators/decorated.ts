@component({ name: "cart" })
export class Cart {
  /** Runs when a line is added. */
  @handles("cart:add")
  @logged
  async addLine(line: Line): Promise<void> {
    for (const rule of this.rules) if (rule.stops(line)) return;
  }

  private total = (lines: Line[]): number => lines.length;

  static create(): Cart {
    return new Cart();
  }

  get size(): number {
    return 1;
  }
}
