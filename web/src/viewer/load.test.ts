import { describe, expect, it } from "vitest";
import { eachLimited, parseGeometry } from "./load";

/** A GLB of one triangle without normals below a node that is moved by (1, 2, 3). */
function triangleGlb(): ArrayBuffer {
  const positions = new Float32Array([0, 0, 0, 1, 0, 0, 0, 1, 0]);
  const json = JSON.stringify({
    asset: { version: "2.0" },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ name: "liver", mesh: 0, translation: [1, 2, 3] }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
    buffers: [{ byteLength: 36 }],
    bufferViews: [{ buffer: 0, byteLength: 36 }],
    accessors: [
      {
        bufferView: 0,
        componentType: 5126,
        count: 3,
        type: "VEC3",
        min: [0, 0, 0],
        max: [1, 1, 0],
      },
    ],
  });
  const text = new TextEncoder().encode(json.padEnd(Math.ceil(json.length / 4) * 4));
  const glb = new ArrayBuffer(12 + 8 + text.length + 8 + 36);
  const view = new DataView(glb);
  const header = [0x46546c67, 2, glb.byteLength, text.length, 0x4e4f534a];
  header.forEach((word, i) => {
    view.setUint32(4 * i, word, true);
  });
  new Uint8Array(glb).set(text, 20);
  view.setUint32(20 + text.length, 36, true);
  view.setUint32(24 + text.length, 0x004e4942, true);
  new Uint8Array(glb).set(new Uint8Array(positions.buffer), 28 + text.length);
  return glb;
}

describe("parseGeometry", () => {
  it("applies the node's transform and computes missing normals", async () => {
    const geometry = await parseGeometry(triangleGlb());
    expect(geometry.boundingBox?.min.toArray()).toEqual([1, 2, 3]);
    expect(geometry.boundingBox?.max.toArray()).toEqual([2, 3, 3]);
    expect(geometry.getAttribute("normal").getZ(0)).toBeCloseTo(1);
  });

  it("refuses what is no GLB", async () => {
    await expect(parseGeometry(new TextEncoder().encode("<html>").buffer)).rejects.toThrow();
  });
});

describe("eachLimited", () => {
  it("does every item once, never more at a time than allowed", async () => {
    let running = 0;
    let most = 0;
    const seen: number[] = [];
    await eachLimited([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      seen.push(item);
      running--;
    });
    expect(seen.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  it("starts nothing more once stopped", async () => {
    const stop = new AbortController();
    let done = 0;
    await eachLimited(
      [1, 2, 3, 4],
      1,
      async () => {
        if (++done === 2) stop.abort();
      },
      stop.signal,
    );
    expect(done).toBe(2);
  });
});
