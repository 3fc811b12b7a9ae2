/**
 * The 3D viewer: shows one or many shapes in their patient space, and knows nothing of the page around
 * it. Lengths given and asked for are RAS millimetres; the scene itself is glTF's (metres, Y up).
 */
import {
  Box3,
  Color,
  DoubleSide,
  Mesh,
  MeshStandardMaterial,
  Raycaster,
  Vector2,
  Vector3,
} from "three";
import {
  fitDistance,
  type Letter,
  projectRas,
  type View,
  viewFrom,
  viewOrientation,
} from "./frame";
import { eachLimited, loadGeometry } from "./load";
import { OrientationMarks } from "./orientation";
import { Stage } from "./stage";

export interface Item {
  id: string;
  /** Address of a GLB. */
  url: string;
  /** A CSS colour. */
  colour: string;
}

export interface LoadOptions {
  /** How many files are fetched at a time. */
  concurrency?: number;
  signal?: AbortSignal;
  /** After each item, loaded or failed. */
  onprogress?: (done: number, total: number) => void;
}

export interface LoadFailure {
  id: string;
  reason: string;
}

/** How far a pointer may wander between down and up and still be a click, in pixels. */
const CLICK_PX = 5;

export class Viewer {
  /** Settles when what was asked for last is loaded and drawn; never rejects. */
  ready: Promise<void> = Promise.resolve();
  /** The side that the view was last set to. */
  view: View = "anterior";
  /** Called with the id of the shape that was clicked, or `null` for the background. */
  onpick: (id: string | null) => void = () => {};
  /** Called when the graphics context is lost and when it is back. */
  onlost: (lost: boolean) => void = () => {};

  private readonly stage: Stage;
  private readonly marks: OrientationMarks;
  private readonly meshes = new Map<string, Mesh>();
  private readonly hidden = new Set<string>();
  private readonly opacities = new Map<string, number>();
  private readonly stop = new AbortController();
  private wireframe = false;
  private opacity = 1;
  private explosion = 0;
  private highlighted: string | null = null;
  private pressed: Vector2 | null = null;

  /** Fills the container, which must have a size; throws `WebGlUnavailable`. */
  constructor(container: HTMLElement) {
    this.stage = new Stage(container);
    this.marks = new OrientationMarks(container, (letter: Letter) => this.show(viewFrom(letter)));
    this.stage.onrender = () => this.marks.update(this.stage.camera.quaternion);
    this.stage.onresize = () => {
      if (!this.stage.touched) void this.show(this.view, false);
    };
    this.stage.onlost = (lost) => this.onlost(lost);
    const { canvas } = this.stage;
    const { signal } = this.stop;
    canvas.addEventListener("pointerdown", this.onPointerDown, { signal });
    canvas.addEventListener("pointerup", this.onPointerUp, { signal });
    this.stage.goTo(new Vector3(), viewOrientation(this.view), 1, false);
  }

  get canvas(): HTMLCanvasElement {
    return this.stage.canvas;
  }

  /** Triangles of the shapes that are shown. */
  get triangleCount(): number {
    let count = 0;
    for (const [id, mesh] of this.meshes) {
      const { index, attributes } = mesh.geometry;
      if (!this.hidden.has(id)) count += (index?.count ?? attributes.position?.count ?? 0) / 3;
    }
    return count;
  }

  /** Loads shapes in this order; one with a known id takes its place once it is there. */
  load(items: readonly Item[], options: LoadOptions = {}): Promise<LoadFailure[]> {
    const signal = options.signal
      ? AbortSignal.any([options.signal, this.stop.signal])
      : this.stop.signal;
    const failures: LoadFailure[] = [];
    let done = 0;
    const one = async (item: Item) => {
      try {
        const geometry = await loadGeometry(item.url, signal);
        if (signal.aborted) geometry.dispose();
        else this.put(item, geometry);
      } catch (error) {
        if (signal.aborted) return;
        failures.push({
          id: item.id,
          reason: error instanceof Error ? error.message : String(error),
        });
      }
      options.onprogress?.(++done, items.length);
    };
    const all = eachLimited(items, options.concurrency ?? 4, one, signal).then(() => failures);
    this.ready = all.then(() => this.drawn());
    return all;
  }

  /** Shows the patient from a side, with everything visible in the picture. */
  show(view: View, smooth = true): Promise<void> {
    this.view = view;
    const box = this.box();
    const half = box.getSize(new Vector3()).multiplyScalar(0.5);
    const orientation = viewOrientation(view);
    const tan = Math.tan((this.stage.camera.fov * Math.PI) / 360);
    const distance = fitDistance(half, orientation, tan * this.stage.camera.aspect, tan);
    this.stage.setRadius(half.length());
    return this.stage.goTo(box.getCenter(new Vector3()), orientation, distance, smooth);
  }

  /** Turns the camera by degrees around the shape. */
  turn(left: number, up: number): void {
    this.stage.turn((left * Math.PI) / 180, (up * Math.PI) / 180);
  }

  /** Comes closer (below 1) or goes away. */
  zoom(factor: number): void {
    this.stage.zoom(factor);
  }

  setWireframe(on: boolean): void {
    this.wireframe = on;
    this.restyle();
  }

  setVisible(id: string, visible: boolean): void {
    if (visible) this.hidden.delete(id);
    else this.hidden.add(id);
    this.restyle();
  }

  /** Opacity (0 to 1) of one shape, or with `null` of all that have none of their own. */
  setOpacity(id: string | null, opacity: number): void {
    if (id === null) this.opacity = opacity;
    else this.opacities.set(id, opacity);
    this.restyle();
  }

  /** Marks one shape, or none. */
  highlight(id: string | null): void {
    this.highlighted = id;
    this.restyle();
  }

  /** Moves the shapes apart from their common centre; 0 is where they belong. */
  setExplosion(factor: number): void {
    this.explosion = factor;
    this.place();
    if (!this.stage.touched) void this.show(this.view, false);
  }

  /** The shape at a point of the canvas (pixels from its left and top), if there is one. */
  pick(x: number, y: number): string | null {
    const { width, height, camera } = this.stage;
    const caster = new Raycaster();
    caster.setFromCamera(new Vector2((x / width) * 2 - 1, 1 - (y / height) * 2), camera);
    const shown = [...this.meshes].filter(([id]) => !this.hidden.has(id)).map(([, mesh]) => mesh);
    // What is nearly invisible does not stand in the way.
    const hit = caster
      .intersectObjects(shown, false)
      .find(({ object }) => this.opacityOf(object.name) > 0.15);
    return hit?.object.name ?? null;
  }

  /** Where a RAS point (mm) is on the canvas: pixels from its left and top. */
  project(ras: [number, number, number]): { x: number; y: number } {
    return projectRas(ras, this.stage.camera, this.stage.width, this.stage.height);
  }

  /** Gives everything back; the viewer cannot be used any more. */
  dispose(): void {
    this.stop.abort();
    for (const mesh of this.meshes.values()) disposeMesh(mesh);
    this.meshes.clear();
    this.marks.dispose();
    this.stage.dispose();
  }

  private put(item: Item, geometry: Mesh["geometry"]): void {
    const old = this.meshes.get(item.id);
    const material = new MeshStandardMaterial({
      color: item.colour,
      roughness: 0.62,
      metalness: 0,
      side: DoubleSide,
      forceSinglePass: true,
    });
    const mesh = new Mesh(geometry, material);
    mesh.name = item.id;
    this.meshes.set(item.id, mesh);
    this.stage.scene.add(mesh);
    if (old) {
      this.stage.scene.remove(old);
      disposeMesh(old);
    }
    this.restyle();
    this.place();
    // Keep everything in the picture while it fills, until the reader takes over.
    if (!old && !this.stage.touched) void this.show(this.view, false);
  }

  private restyle(): void {
    for (const [id, mesh] of this.meshes) {
      const material = mesh.material as MeshStandardMaterial;
      const opacity = this.opacityOf(id);
      mesh.visible = !this.hidden.has(id) && opacity > 0;
      material.wireframe = this.wireframe;
      if (material.transparent !== opacity < 1) {
        material.transparent = opacity < 1;
        material.needsUpdate = true;
      }
      material.opacity = opacity;
      material.depthWrite = opacity >= 1;
      material.emissive = new Color(material.color).multiplyScalar(
        id === this.highlighted ? 0.55 : 0,
      );
    }
    this.stage.requestRender();
  }

  private opacityOf(id: string): number {
    return this.opacities.get(id) ?? this.opacity;
  }

  private place(): void {
    const whole = new Box3();
    for (const { geometry } of this.meshes.values()) {
      if (geometry.boundingBox) whole.union(geometry.boundingBox);
    }
    const centre = whole.getCenter(new Vector3());
    for (const mesh of this.meshes.values()) {
      mesh.geometry.boundingBox
        ?.getCenter(mesh.position)
        .sub(centre)
        .multiplyScalar(this.explosion);
      mesh.updateMatrixWorld();
    }
    this.stage.requestRender();
  }

  /** The box around what is shown; around everything when nothing is. */
  private box(): Box3 {
    const shown = [...this.meshes].filter(([id]) => !this.hidden.has(id)).map(([, mesh]) => mesh);
    const box = new Box3();
    for (const mesh of shown.length > 0 ? shown : this.meshes.values()) box.expandByObject(mesh);
    return box.isEmpty()
      ? new Box3(new Vector3(-0.1, -0.1, -0.1), new Vector3(0.1, 0.1, 0.1))
      : box;
  }

  /** Two frames later the picture of now is on the screen. */
  private drawn(): Promise<void> {
    this.stage.requestRender();
    return new Promise((resolve) => {
      requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
    });
  }

  private readonly onPointerDown = (event: PointerEvent): void => {
    this.pressed = event.isPrimary && event.button === 0 ? pointIn(event) : null;
  };

  private readonly onPointerUp = (event: PointerEvent): void => {
    const at = pointIn(event);
    if (this.pressed && event.isPrimary && this.pressed.distanceTo(at) <= CLICK_PX) {
      this.onpick(this.pick(at.x, at.y));
    }
    this.pressed = null;
  };
}

function pointIn(event: PointerEvent): Vector2 {
  return new Vector2(event.offsetX, event.offsetY);
}

function disposeMesh(mesh: Mesh): void {
  mesh.geometry.dispose();
  (mesh.material as MeshStandardMaterial).dispose();
}
