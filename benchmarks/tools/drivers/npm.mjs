// Driver of the packages from npm: run by node in the folder that holds the package.
// protocol.py documents the requests and answers.
import { createInterface } from "node:readline";

console.log = console.error; // so that output of the tool is not taken for an answer

const CRASHES = [TypeError, RangeError, ReferenceError, SyntaxError];

// Decodes with sharp for packages that take pixels, as in their documentation.
async function decoder() {
  const { default: sharp } = await import("sharp");
  return async (path) => {
    const image = sharp(path).toColorspace("srgb").ensureAlpha();
    const { data, info } = await image.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
    return { data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.length), ...info };
  };
}

const ofArgb = (argb) => [(argb >> 16) & 255, (argb >> 8) & 255, argb & 255];

const TOOLS = {
  async "colorthief-npm"() {
    const { getPalette } = await import("colorthief");
    return async (path, colors) =>
      ((await getPalette(path, { colorCount: colors })) ?? []).map((color) => color.array());
  },

  // The six named swatches, for any number of colors.
  async "node-vibrant"() {
    const { Vibrant } = await import("node-vibrant/node");
    return async (path, colors) => {
      const palette = await Vibrant.from(path).getPalette();
      return Object.values(palette).filter(Boolean).map((swatch) => swatch.rgb).slice(0, colors);
    };
  },

  // All colors of its quantizer, from which the named ones are chosen.
  async "node-vibrant-quantizer"() {
    const { Vibrant } = await import("node-vibrant/node");
    return async (path, colors) => {
      const vibrant = Vibrant.from(path).maxColorCount(colors).build();
      await vibrant.getPalette();
      return vibrant.result.colors.map((swatch) => swatch.rgb).slice(0, colors);
    };
  },

  // The first of the colors that its minimum distances allow.
  async "extract-colors"() {
    const { extractColors } = await import("extract-colors");
    const decode = await decoder();
    return async (path, colors) => {
      const { data, width, height } = await decode(path);
      const found = await extractColors({ data, width, height });
      return found.map(({ red, green, blue }) => [red, green, blue]).slice(0, colors);
    };
  },

  // As `sourceColorFromImage` does it: opaque pixels only. The package's own entry names files
  // without their endings, which only a bundler finds; so the two files are named here.
  async "material-color-utilities"() {
    const folder = "./node_modules/@material/material-color-utilities";
    const { QuantizerCelebi } = await import(`${folder}/quantize/quantizer_celebi.js`);
    const { argbFromRgb } = await import(`${folder}/utils/color_utils.js`);
    const decode = await decoder();
    return async (path, colors) => {
      const { data } = await decode(path);
      const pixels = [];
      for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3] === 255) pixels.push(argbFromRgb(data[i], data[i + 1], data[i + 2]));
      }
      const found = [...QuantizerCelebi.quantize(pixels, colors)];
      return found.sort((left, right) => right[1] - left[1]).map(([argb]) => ofArgb(argb));
    };
  },

  async "image-q"() {
    const { buildPaletteSync, utils } = await import("image-q");
    const decode = await decoder();
    return async (path, colors) => {
      const { data, width, height } = await decode(path);
      const pixels = utils.PointContainer.fromUint8Array(data, width, height);
      const points = buildPaletteSync([pixels], { colors }).getPointContainer().getPointArray();
      return points.filter((point) => point.a).map(({ r, g, b }) => [r, g, b]);
    };
  },

  async gifenc() {
    const { default: gifenc } = await import("gifenc");
    const decode = await decoder();
    return async (path, colors) => {
      const { data } = await decode(path);
      return gifenc.quantize(data, colors);
    };
  },
};

const palette = await TOOLS[process.argv[2]]();
for await (const line of createInterface({ input: process.stdin })) {
  const { path, colors } = JSON.parse(line);
  const start = performance.now();
  const used = process.cpuUsage();
  let answer;
  try {
    const found = await palette(path, colors);
    answer = {
      colors: found.map((color) => [...color].slice(0, 3).map(Math.round)),
      seconds: (performance.now() - start) / 1000,
    };
    const { user, system } = process.cpuUsage(used);
    answer.processor = (user + system) / 1e6;
  } catch (error) {
    const stumbled = CRASHES.some((kind) => error instanceof kind);
    answer = { error: `${error?.name}: ${error?.message}`, clear: !stumbled };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
