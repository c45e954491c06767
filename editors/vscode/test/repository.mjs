// Where the repository, its policies and the program are.

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

export const program = process.env.ENTAIL ?? join(root, "target/debug/entail");

/** The policy files of a folder and those below it. */
export function policies(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return policies(path);
    return entry.name.endsWith(".entail") ? [path] : [];
  });
}
