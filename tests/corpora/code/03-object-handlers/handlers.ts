import { helper } from "./helper";

const shared = {
  shared() {
    return 1;
  },
  overridden: () => 1,
};

// The last member of a name is the one that counts.
export const handlers = {
  ...shared,
  async method(data: unknown, ctx: any) {
    ctx.payload.seen = true;
  },
  arrow: (data: any) => data.items ?? [],
  "quoted-name": function () {
    return 3;
  },
  alias: helper,
  overridden() {
    return 2;
  },
  nested: {
    inner() {
      return 4;
    },
  },
} as const;

export default { handlers };
