/** From a GLB's address to a geometry in the scene's frame, and a queue that loads a few at a time. */
import { type BufferGeometry, type Material, Mesh } from "three";
import { GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";
import { mergeGeometries } from "three/examples/jsm/utils/BufferGeometryUtils.js";
import { problemOf } from "../api";

/** Fetches and reads a GLB; all its meshes become one geometry with positions and normals. */
export async function loadGeometry(url: string, signal?: AbortSignal): Promise<BufferGeometry> {
  const response = await fetch(url, signal ? { signal } : {});
  if (!response.ok) throw await problemOf(response);
  return parseGeometry(await response.arrayBuffer());
}

/** Reads a GLB. Node transforms are applied; materials are dropped: the viewer has its own. */
export async function parseGeometry(data: ArrayBuffer): Promise<BufferGeometry> {
  const { scene } = await new GLTFLoader().parseAsync(data, "");
  scene.updateMatrixWorld(true);
  const parts: BufferGeometry[] = [];
  scene.traverse((node) => {
    if (!(node instanceof Mesh)) return;
    const geometry = node.geometry as BufferGeometry;
    for (const name of Object.keys(geometry.attributes)) {
      if (name !== "position" && name !== "normal") geometry.deleteAttribute(name);
    }
    geometry.applyMatrix4(node.matrixWorld);
    if (!geometry.getAttribute("normal")) geometry.computeVertexNormals();
    parts.push(geometry);
    for (const material of [node.material].flat() as Material[]) material.dispose();
  });
  const first = parts[0];
  if (!first) throw new Error("The file holds no mesh.");
  const geometry = parts.length === 1 ? first : mergeGeometries(parts);
  if (!geometry) throw new Error("The meshes of the file do not fit together.");
  geometry.computeBoundingBox();
  geometry.computeBoundingSphere();
  return geometry;
}

/** Runs a task for every item, so many at a time, in order; stops when told to. */
export async function eachLimited<T>(
  items: readonly T[],
  limit: number,
  task: (item: T) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length && !signal?.aborted) {
      const item = items[next++] as T;
      await task(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
