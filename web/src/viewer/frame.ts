/**
 * Frames and directions: RAS patient space (mm; +R to the patient's right, +A to the front, +S to the
 * head) against the scene's glTF space (m, Y up), and where a camera stands to see the patient from a
 * side. The anterior view is what a clinician expects: the patient's right is on the viewer's left.
 */
import { type Camera, Matrix4, Quaternion, Vector3 } from "three";

/** RAS mm -> glTF m: (R, S, -A) / 1000. */
export function rasToScene(ras: readonly [number, number, number]): Vector3 {
  return new Vector3(ras[0] / 1000, ras[2] / 1000, -ras[1] / 1000);
}

/** glTF m -> RAS mm. */
export function sceneToRas(point: Vector3): [number, number, number] {
  return [point.x * 1000, -point.z * 1000, point.y * 1000];
}

/** The side of the patient that the camera stands on. */
export const VIEWS = ["anterior", "posterior", "left", "right", "superior", "inferior"] as const;
export type View = (typeof VIEWS)[number];

/** The six directions of the patient as scene vectors. */
export const DIRECTIONS = {
  R: new Vector3(1, 0, 0),
  L: new Vector3(-1, 0, 0),
  S: new Vector3(0, 1, 0),
  I: new Vector3(0, -1, 0),
  A: new Vector3(0, 0, -1),
  P: new Vector3(0, 0, 1),
} as const;
export type Letter = keyof typeof DIRECTIONS;

/** Direction from the target to the camera, and what is up in the picture. */
const STANDS: Record<View, { from: Letter; up: Letter }> = {
  anterior: { from: "A", up: "S" },
  posterior: { from: "P", up: "S" },
  left: { from: "L", up: "S" },
  right: { from: "R", up: "S" },
  // As in an atlas: the front of the body is up.
  superior: { from: "S", up: "A" },
  // As in an axial CT slice: seen from the feet, the front is up, the patient's right on the left.
  inferior: { from: "I", up: "A" },
};

/** The view whose camera stands on that side. */
export function viewFrom(letter: Letter): View {
  return VIEWS.find((view) => STANDS[view].from === letter) ?? "anterior";
}

/** The orientation of a camera (which looks along its own -z) for a view. */
export function viewOrientation(view: View): Quaternion {
  const { from, up } = STANDS[view];
  const matrix = new Matrix4().lookAt(DIRECTIONS[from], new Vector3(), DIRECTIONS[up]);
  return new Quaternion().setFromRotationMatrix(matrix);
}

/** A direction of the patient in the picture: x to the right, y up, z towards the viewer. */
export function onScreen(letter: Letter, orientation: Quaternion): Vector3 {
  return DIRECTIONS[letter].clone().applyQuaternion(orientation.clone().invert());
}

/** The letters at the picture's edges. */
export interface EdgeLetters {
  left: string;
  right: string;
  top: string;
  bottom: string;
}

/**
 * What lies towards each edge of the picture, as on a radiological workstation: the main direction,
 * followed by those that are at least half as strong (`A`, `AR`, `SAR`).
 */
export function edgeLetters(orientation: Quaternion): EdgeLetters {
  const towards = (x: number, y: number) => {
    const direction = new Vector3(x, y, 0).applyQuaternion(orientation);
    const strength = (Object.keys(DIRECTIONS) as Letter[])
      .map((letter) => ({ letter, by: DIRECTIONS[letter].dot(direction) }))
      .sort((a, b) => b.by - a.by);
    const most = strength[0]?.by ?? 1;
    return strength
      .filter(({ by }) => by >= 0.5 * most)
      .map(({ letter }) => letter)
      .join("");
  };
  return { left: towards(-1, 0), right: towards(1, 0), top: towards(0, 1), bottom: towards(0, -1) };
}

/**
 * How far from the box's centre a perspective camera of this orientation must stand to see all of the
 * box (given by half its sizes), with a margin. `tanX` and `tanY` are the tangents of half the field of
 * view across and up.
 */
export function fitDistance(
  half: Vector3,
  orientation: Quaternion,
  tanX: number,
  tanY: number,
  margin = 1.15,
): number {
  const toCamera = orientation.clone().invert();
  let distance = 0;
  for (let corner = 0; corner < 8; corner++) {
    const p = new Vector3(
      corner & 1 ? half.x : -half.x,
      corner & 2 ? half.y : -half.y,
      corner & 4 ? half.z : -half.z,
    ).applyQuaternion(toCamera);
    distance = Math.max(
      distance,
      p.z + (margin * Math.abs(p.x)) / tanX,
      p.z + (margin * Math.abs(p.y)) / tanY,
    );
  }
  return distance;
}

/** A RAS point in a picture of this size: pixels from the left and from the top. */
export function projectRas(
  ras: readonly [number, number, number],
  camera: Camera,
  width: number,
  height: number,
): { x: number; y: number } {
  const p = rasToScene(ras).project(camera);
  return { x: ((p.x + 1) / 2) * width, y: ((1 - p.y) / 2) * height };
}
