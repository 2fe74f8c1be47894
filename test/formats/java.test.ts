import { test } from "vitest";
import { type Consumer, prove } from "./proof.js";
import { isThere, readNulls, runIn } from "./run.js";

const there = isThere("java", ["-version"], "the format properties", { needed: false });

const PROGRAM = `
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
public class Read {
  public static void main(String[] args) throws IOException {
    Properties read = new Properties();
    try (InputStream in = new FileInputStream("file")) { read.load(in); }
    StringBuilder out = new StringBuilder();
    for (String name : read.stringPropertyNames()) out.append(name).append('=').append(read.getProperty(name)).append('\\0');
    System.out.write(out.toString().getBytes(StandardCharsets.UTF_8));
    System.out.flush();
  }
}
`;

const consume: Consumer = async (bytes) =>
  readNulls(
    await runIn({ file: bytes, "Read.java": PROGRAM }, "java", [
      "-Xshare:auto",
      "-XX:TieredStopAtLevel=1",
      "Read.java",
    ]),
  );

test.skipIf(!there)("java.util.Properties reads exactly what is not refused", () => prove("properties", consume));
