import { PerspectiveCamera, Quaternion, Vector3 } from "three";
import { describe, expect, it } from "vitest";
import {
  edgeLetters,
  fitDistance,
  onScreen,
  projectRas,
  rasToScene,
  sceneToRas,
  VIEWS,
  type View,
  viewFrom,
  viewOrientation,
} from "./frame";

/** A camera that sees the origin from a view's side, 1 m away, into a 200 x 200 picture. */
function cameraFor(view: View): PerspectiveCamera {
  const camera = new PerspectiveCamera(30, 1, 0.01, 10);
  camera.quaternion.copy(viewOrientation(view));
  camera.position.set(0, 0, 1).applyQuaternion(camera.quaternion);
  camera.updateMatrixWorld();
  return camera;
}

const UNITS = {
  R: [100, 0, 0],
  L: [-100, 0, 0],
  A: [0, 100, 0],
  P: [0, -100, 0],
  S: [0, 0, 100],
  I: [0, 0, -100],
} as const;

/** Where the unit vectors must appear: left, right, top, bottom of the picture, and nearest the eye. */
const EXPECTED: Record<View, [string, string, string, string, string]> = {
  anterior: ["R", "L", "S", "I", "A"],
  posterior: ["L", "R", "S", "I", "P"],
  left: ["A", "P", "S", "I", "L"],
  right: ["P", "A", "S", "I", "R"],
  superior: ["L", "R", "A", "P", "S"],
  inferior: ["R", "L", "A", "P", "I"],
};

describe("the camera of each view", () => {
  for (const view of VIEWS) {
    it(`${view} shows the patient the right way round`, () => {
      const camera = cameraFor(view);
      const at = (letter: string) =>
        projectRas(UNITS[letter as keyof typeof UNITS], camera, 200, 200);
      const [left, right, top, bottom, near] = EXPECTED[view];
      expect(at(left).x).toBeLessThan(80);
      expect(at(right).x).toBeGreaterThan(120);
      expect(at(top).y).toBeLessThan(80);
      expect(at(bottom).y).toBeGreaterThan(120);
      for (const letter of [left, right]) expect(at(letter).y).toBeCloseTo(100);
      for (const letter of [top, bottom]) expect(at(letter).x).toBeCloseTo(100);
      const stand = camera.position.clone().normalize();
      expect(stand.dot(rasToScene(UNITS[near as keyof typeof UNITS])) * 10).toBeCloseTo(1);
      expect(viewFrom(near as keyof typeof UNITS)).toBe(view);
      expect(edgeLetters(camera.quaternion)).toEqual({ left, right, top, bottom });
    });
  }
});

it("does not mirror: an asymmetric corner keeps its handedness in the picture", () => {
  // Three arms as R, A, S: in the anterior view R points left, S up, A at the viewer.
  const orientation = viewOrientation("anterior");
  const r = onScreen("R", orientation);
  const a = onScreen("A", orientation);
  const s = onScreen("S", orientation);
  expect(r.x).toBeCloseTo(-1);
  expect(s.y).toBeCloseTo(1);
  expect(a.z).toBeCloseTo(1);
  // R x A = S in the patient, and so it must be on the screen.
  expect(r.cross(a).distanceTo(s)).toBeLessThan(1e-6);
});

it("the scene is the glTF frame, in metres, and back", () => {
  expect(rasToScene([10, 20, 30]).toArray()).toEqual([0.01, 0.03, -0.02]);
  const back = sceneToRas(rasToScene([1.5, -2.5, 1000]));
  expect(back[0]).toBeCloseTo(1.5);
  expect(back[1]).toBeCloseTo(-2.5);
  expect(back[2]).toBeCloseTo(1000);
});

it("edge letters name oblique directions by strength", () => {
  // From the front, turned 20 degrees: still R on the left. Turned 40: the back joins in.
  const turned = (degrees: number) =>
    new Quaternion()
      .setFromAxisAngle(new Vector3(0, 1, 0), (degrees * Math.PI) / 180)
      .multiply(viewOrientation("anterior"));
  expect(edgeLetters(turned(20)).left).toBe("R");
  expect(edgeLetters(turned(40)).left).toBe("RA");
  expect(edgeLetters(turned(-40)).left).toBe("RP");
  expect(edgeLetters(turned(40)).top).toBe("S");
});

describe("fitDistance", () => {
  const tan = Math.tan((15 * Math.PI) / 180);

  it("shows all of the box, and no farther than needed", () => {
    const half = new Vector3(0.3, 0.1, 0.05);
    for (const view of VIEWS) {
      const orientation = viewOrientation(view);
      const distance = fitDistance(half, orientation, tan * 1.6, tan, 1);
      const camera = new PerspectiveCamera(30, 1.6, 0.001, 10);
      camera.quaternion.copy(orientation);
      camera.position.set(0, 0, distance).applyQuaternion(orientation);
      camera.updateMatrixWorld();
      let reach = 0;
      for (let c = 0; c < 8; c++) {
        const p = new Vector3(
          c & 1 ? half.x : -half.x,
          c & 2 ? half.y : -half.y,
          c & 4 ? half.z : -half.z,
        ).project(camera);
        reach = Math.max(reach, Math.abs(p.x), Math.abs(p.y));
      }
      expect(reach).toBeCloseTo(1, 5);
    }
  });
});
