/** Reads the pixels of the 3D view, as they are on the screen. */
import { expect, type Page } from "@playwright/test";

export interface Picture {
  width: number;
  height: number;
  /** 1 where something is drawn. */
  mask: Uint8Array;
  /** RGB of every pixel. */
  rgb: Uint8Array;
  count: number;
  /** Middle of what is drawn, from 0 to 1 across and down. */
  centre: { x: number; y: number };
}

/** Waits until what was asked for is loaded and drawn. */
export async function ready(page: Page): Promise<void> {
  await page.waitForFunction(() => (window.__medshape?.viewer.triangleCount ?? 0) > 0);
  await page.evaluate(() => window.__medshape?.viewer.ready);
  // Camera moves take a moment.
  await page.waitForTimeout(600);
}

/** A screenshot of the canvas on plain magenta, without the marks that lie over it. */
export async function picture(page: Page): Promise<Picture> {
  await page.evaluate(() => {
    for (const mark of document.querySelectorAll<HTMLElement>(".orientation, .picked, progress")) {
      mark.style.visibility = "hidden";
    }
    const stage = document.querySelector<HTMLElement>(".stage");
    if (stage) stage.style.outline = "none";
    const pane = document.querySelector<HTMLElement>(".pane");
    if (pane) pane.style.background = "rgb(255, 0, 255)";
  });
  const png = await page.locator("canvas").screenshot();
  const { width, height, data } = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    if (!context) throw new Error("no 2D context");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    let text = "";
    for (let i = 0; i < data.length; i += 4) {
      text += String.fromCharCode(data[i] ?? 0, data[i + 1] ?? 0, data[i + 2] ?? 0);
    }
    return { width: image.width, height: image.height, data: btoa(text) };
  }, png.toString("base64"));
  const rgb = new Uint8Array(Buffer.from(data, "base64"));
  const mask = new Uint8Array(width * height);
  let [count, x, y] = [0, 0, 0];
  for (let i = 0; i < mask.length; i++) {
    const [r = 0, g = 0, b = 0] = rgb.subarray(3 * i, 3 * i + 3);
    if (r > 240 && g < 15 && b > 240) continue;
    mask[i] = 1;
    count++;
    x += i % width;
    y += Math.floor(i / width);
  }
  return {
    width,
    height,
    mask,
    rgb,
    count,
    centre: { x: x / count / width, y: y / count / height },
  };
}

/** How well two pictures cover each other (1: the same outline), the second one mirrored or not. */
export function overlap(a: Picture, b: Picture, mirrored: boolean): number {
  expect([b.width, b.height]).toEqual([a.width, a.height]);
  let [both, either] = [0, 0];
  for (let y = 0; y < a.height; y++) {
    for (let x = 0; x < a.width; x++) {
      const p = a.mask[y * a.width + x];
      const q = b.mask[y * a.width + (mirrored ? a.width - 1 - x : x)];
      if (p && q) both++;
      if (p || q) either++;
    }
  }
  return both / either;
}

/** How many hues (of 10 degrees) cover at least one in 200 of the drawn pixels. */
export function hues({ rgb, mask, count }: Picture): number {
  const bins = new Array<number>(36).fill(0);
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    const [r = 0, g = 0, b = 0] = rgb.subarray(3 * i, 3 * i + 3);
    const [max, min] = [Math.max(r, g, b), Math.min(r, g, b)];
    if (max - min < 12) continue;
    const sixth =
      max === r
        ? (g - b) / (max - min)
        : max === g
          ? 2 + (b - r) / (max - min)
          : 4 + (r - g) / (max - min);
    const bin = Math.floor((((sixth * 60 + 360) % 360) / 360) * 36);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins.filter((n) => n >= count / 200).length;
}
