// Runs in Node.js: prints what its packages see in the files of a folder, by format and palette.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { decodeZipFile, encodeZipFile } from "@szydlovski/zip";
import { defineConfig, parse } from "@terrazzo/parser";
import ase from "ase-utils";
import { readSwatchesFile } from "procreate-swatches";
import * as sass from "sass";
import StyleDictionary from "style-dictionary";

const folder = resolve(process.argv[2]);

async function procreate(path) {
  const { "Swatches.json": text } = await decodeZipFile(readFileSync(path));
  const palettes = JSON.parse(new TextDecoder().decode(text));
  const found = [];
  // The reader takes the first palette of a file, so it gets one file for each.
  for (const palette of palettes) {
    const one = await encodeZipFile({ "Swatches.json": JSON.stringify([palette]) });
    found.push(await readSwatchesFile(one, "rgb"));
  }
  const first = await readSwatchesFile(readFileSync(path), "rgb");
  return { first, palettes: found };
}

async function tokens(path) {
  const cwd = pathToFileURL(`${folder}/`);
  const config = defineConfig({}, { cwd });
  const source = { filename: pathToFileURL(path), src: readFileSync(path, "utf8") };
  const parsed = await parse([source], { config });
  return Object.values(parsed.tokens).map(({ id, $type, $value, $description }) => ({
    id,
    $type,
    $value,
    $description,
  }));
}

async function legacy(path) {
  const dictionary = new StyleDictionary({
    source: [path],
    log: { warnings: "error", verbosity: "silent" },
    platforms: {
      css: { transformGroup: "css", files: [{ destination: "_", format: "css/variables" }] },
    },
  });
  const [{ output }] = await dictionary.formatPlatform("css");
  return output;
}

function plain(value) {
  if (value instanceof sass.SassMap) {
    return value.contents.toArray().map(([name, one]) => [name.text, plain(one)]);
  }
  return [...["red", "green", "blue"].map((name) => value.channel(name)), value.alpha];
}

function scss(path) {
  let variables;
  const said = [];
  const { css } = sass.compileString(
    `@use "sass:meta"; @use "${pathToFileURL(path)}" as palette;
    $_: look(meta.module-variables("palette"));`,
    {
      functions: { "look($variables)": ([map]) => (variables = plain(map)) && sass.sassNull },
      importers: [{ findFileUrl: (url) => new URL(url) }],
      logger: { warn: (text) => said.push(text), debug: (text) => said.push(text) },
    },
  );
  return { variables, css, said };
}

const looks = {
  ".ase": (path) => ase.decode(readFileSync(path)),
  ".swatches": procreate,
  "-tokens.tokens.json": tokens,
  ".legacy.tokens.json": legacy,
  ".scss": scss,
};

const found = {};
for (const [ending, look] of Object.entries(looks)) {
  found[ending] = {};
  for (const name of readdirSync(folder).filter((name) => name.endsWith(ending))) {
    found[ending][name.split("-")[0]] = await look(join(folder, name));
  }
}
console.log(JSON.stringify(found));
