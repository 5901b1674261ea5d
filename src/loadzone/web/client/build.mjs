// Bundles code/ into ../static: names carry the hash of their content, manifest.json tells them, licences.txt names what
// of others is inside. Islands that draw are split off, so that a page loads what it shows and no more.
import { build } from "esbuild";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const out = new URL("../static", import.meta.url).pathname;
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const { metafile } = await build({
  entryPoints: ["code/main.ts", "code/style/main.css"],
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  metafile: true,
  legalComments: "none",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  loader: { ".svg": "dataurl" },
});

const entries = {};
const packages = new Set();
for (const [path, made] of Object.entries(metafile.outputs)) {
  if (made.entryPoint === "code/main.ts") entries["main.js"] = basename(path);
  if (made.entryPoint === "code/style/main.css") entries["main.css"] = basename(path);
  for (const input of Object.keys(made.inputs)) {
    const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) packages.add(found[1]);
  }
}
writeFileSync(join(out, "manifest.json"), JSON.stringify(entries));

// The font of the reports in PDF, in the two weights of the design; a machine without Chinese fonts prints them all.
const FONT = "@expo-google-fonts/noto-sans-sc";
mkdirSync(join(out, "fonts"));
for (const weight of ["400Regular", "600SemiBold"]) {
  const file = `NotoSansSC_${weight}.ttf`;
  copyFileSync(join("node_modules", FONT, weight, file), join(out, "fonts", file));
}
packages.add(FONT);

const licences = [...packages].sort().map((name) => {
  const folder = join("node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).filter((each) => /^licen[cs]e/i.test(each)).sort().at(-1);
  return { name, version, licence: license, text: file ? readFileSync(join(folder, file), "utf8") : "" };
});
writeFileSync(join(out, "licences.json"), JSON.stringify(licences));
