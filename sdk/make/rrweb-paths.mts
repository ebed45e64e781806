/** Writes spec/rrweb-paths.json anew, after a change of rrweb's version; the tests say when it is old. */

import { writeFileSync } from "node:fs";
import { rrwebPaths } from "../tests/rrweb-paths";

writeFileSync(new URL("../../spec/rrweb-paths.json", import.meta.url), `${JSON.stringify(rrwebPaths(), null, 1)}\n`);
