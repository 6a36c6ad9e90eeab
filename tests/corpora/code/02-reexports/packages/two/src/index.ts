import { open as opened, extras } from "@tricky/one";
import * as deep from "@tricky/one/deep/second";

export const handlers = { opened, shut: deep.close, polish: extras.polish };
