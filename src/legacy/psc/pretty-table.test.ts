import { expect, test } from "vitest";
import { renderPrettyTable } from "./pretty-table.js";

const HEADER = ["Name", "Description", "Key", "Last modification"];

// What is expected was printed by PrettyTable 3.18.0.
test.each<[string, string[][], string]>([
  [
    "nothing",
    [],
    `+------+-------------+-----+-------------------+
| Name | Description | Key | Last modification |
+------+-------------+-----+-------------------+
+------+-------------+-----+-------------------+
`,
  ],
  [
    "several lines, characters of two columns and of none, tabs",
    [
      ["a", "two\nlines", "k", "d"],
      ["日本", "e\u0301é", "😀x", "tab\tx"],
      ["xxxxx", "\u001b[31mred\u001b[0m", "zero\u200bw", ""],
    ],
    `+-------+-------------+-------+-------------------+
| Name  | Description | Key   | Last modification |
+-------+-------------+-------+-------------------+
| a     | two         | k     | d                 |
|       | lines       |       |                   |
| 日本  | e\u0301é          | 😀x   | tab     x         |
| xxxxx | \u001b[31mred\u001b[0m         | zero\u200bw |                   |
+-------+-------------+-------+-------------------+
`,
  ],
])("a table of %s", (_, rows, table) => {
  expect(renderPrettyTable(HEADER, rows)).toBe(table);
});
