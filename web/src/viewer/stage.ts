/**
 * The stage on which shapes are shown: renderer, camera, lights and orbit controls. It renders only
 * when something changed, follows its container's size, and gives everything back on `dispose`.
 */
import {
  DirectionalLight,
  HemisphereLight,
  MathUtils,
  PerspectiveCamera,
  type Quaternion,
  Scene,
  Spherical,
  Vector3,
  WebGLRenderer,
} from "three";
import { OrbitControls } from "three/examples/jsm/controls/OrbitControls.js";

/** Thrown where the browser has no WebGL 2, or refuses it. */
export class WebGlUnavailable extends Error {
  constructor() {
    super(
      "This browser does not show 3D: WebGL 2 is missing or switched off. The downloads still work.",
    );
    this.name = "WebGlUnavailable";
  }
}

/** Degrees, up. Narrow, so that near and far parts are seen at nearly one scale. */
const FIELD_OF_VIEW = 20;
const MOVE_MS = 350;

export class Stage {
  readonly scene = new Scene();
  readonly camera = new PerspectiveCamera(FIELD_OF_VIEW, 1, 0.001, 10);
  readonly canvas: HTMLCanvasElement;
  /** Whether the reader has turned or moved the view since it was last framed. */
  touched = false;
  /** Called after each picture. */
  onrender: () => void = () => {};
  /** Called when the container has another size. */
  onresize: () => void = () => {};
  /** Called when the graphics context is lost (`true`) and when it is back (`false`). */
  onlost: (lost: boolean) => void = () => {};

  private readonly renderer: WebGLRenderer;
  private readonly controls: OrbitControls;
  private readonly observer: ResizeObserver;
  private readonly light = new DirectionalLight(0xffffff, 2.2);
  private radius = 1;
  private held = false;
  private frame = 0;
  private move: { from: Pose; to: Pose; start: number; done: () => void } | null = null;

  /** Puts a canvas into the container. */
  constructor(private readonly container: HTMLElement) {
    this.canvas = document.createElement("canvas");
    const context = this.canvas.getContext("webgl2", { antialias: true, alpha: true });
    if (!context) throw new WebGlUnavailable();
    try {
      this.renderer = new WebGLRenderer({ canvas: this.canvas, context, alpha: true });
    } catch {
      throw new WebGlUnavailable();
    }
    // The container's own background shows through, so that the theme is CSS alone.
    this.renderer.setClearColor(0, 0);
    container.prepend(this.canvas);

    // The light hangs at the viewer's left shoulder, so that every side is lit alike.
    this.light.position.set(-0.6, 0.8, 1.2);
    this.camera.add(this.light, this.light.target);
    this.light.target.position.set(0, 0, -1);
    this.scene.add(this.camera, new HemisphereLight(0xffffff, 0x8a8f98, 1.5));

    this.controls = new OrbitControls(this.camera, this.canvas);
    this.controls.rotateSpeed = 0.9;
    this.controls.zoomToCursor = true;
    this.controls.addEventListener("change", this.onChange);
    this.controls.addEventListener("start", this.onStart);
    this.controls.addEventListener("end", this.onEnd);
    this.canvas.addEventListener("webglcontextlost", this.onContextLost);
    this.canvas.addEventListener("webglcontextrestored", this.onContextRestored);

    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(container);
    this.resize();
  }

  get width(): number {
    return this.container.clientWidth;
  }

  get height(): number {
    return this.container.clientHeight;
  }

  /** Draws a picture at the next opportunity. */
  readonly requestRender = (): void => {
    this.frame ||= requestAnimationFrame(this.render);
  };

  /** Tells how large the scene is (radius in m), for the clipping planes and the zoom limits. */
  setRadius(radius: number): void {
    this.radius = Math.max(radius, 1e-4);
    this.controls.minDistance = this.radius * 0.05;
    this.controls.maxDistance = this.radius * 40;
  }

  /** Moves the camera to see `target` in an orientation from a distance; at once, or smoothly. */
  goTo(target: Vector3, orientation: Quaternion, distance: number, smooth: boolean): Promise<void> {
    this.touched = false;
    this.finishMove();
    const to = poseOf(target, orientation, distance);
    if (!smooth || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.setPose(to);
      return Promise.resolve();
    }
    const offset = this.camera.position.clone().sub(this.controls.target);
    const spherical = new Spherical().setFromVector3(offset);
    const turn =
      MathUtils.euclideanModulo(to.theta - spherical.theta + Math.PI, 2 * Math.PI) - Math.PI;
    const from: Pose = {
      target: this.controls.target.clone(),
      theta: to.theta - turn,
      phi: spherical.phi,
      distance: spherical.radius,
    };
    return new Promise((done) => {
      this.move = { from, to, start: performance.now(), done };
      this.requestRender();
    });
  }

  /** Turns the camera around the target, in radians. */
  turn(left: number, up: number): void {
    this.finishMove();
    this.touched = true;
    const offset = this.camera.position.clone().sub(this.controls.target);
    const spherical = new Spherical().setFromVector3(offset);
    this.setPose({
      target: this.controls.target.clone(),
      theta: spherical.theta - left,
      phi: spherical.phi - up,
      distance: spherical.radius,
    });
  }

  /** Comes closer (factor below 1) or goes away. */
  zoom(factor: number): void {
    this.finishMove();
    this.touched = true;
    const offset = this.camera.position.clone().sub(this.controls.target);
    offset.setLength(
      MathUtils.clamp(
        offset.length() * factor,
        this.controls.minDistance,
        this.controls.maxDistance,
      ),
    );
    this.camera.position.copy(this.controls.target).add(offset);
    this.controls.update();
    this.requestRender();
  }

  /** Gives canvas, graphics memory and listeners back. */
  dispose(): void {
    cancelAnimationFrame(this.frame);
    this.frame = -1;
    this.finishMove();
    this.observer.disconnect();
    this.controls.dispose();
    this.canvas.removeEventListener("webglcontextlost", this.onContextLost);
    this.canvas.removeEventListener("webglcontextrestored", this.onContextRestored);
    this.renderer.dispose();
    // Browsers allow a page only a few contexts; do not wait for the garbage collector.
    this.renderer.forceContextLoss();
    this.canvas.remove();
  }

  private readonly render = (now: number): void => {
    this.frame = 0;
    if (this.move) {
      const t = Math.min(1, Math.max(0, (now - this.move.start) / MOVE_MS));
      this.setPose(between(this.move.from, this.move.to, t * t * (3 - 2 * t)));
      if (t === 1) this.finishMove();
      else this.requestRender();
    }
    const distance = this.camera.position.distanceTo(this.controls.target);
    this.camera.near = Math.max(distance - 3 * this.radius, distance / 200, 1e-5);
    this.camera.far = distance + 4 * this.radius;
    this.camera.updateProjectionMatrix();
    this.renderer.render(this.scene, this.camera);
    this.onrender();
  };

  private setPose(pose: Pose): void {
    const offset = new Vector3().setFromSpherical(
      new Spherical(pose.distance, pose.phi, pose.theta).makeSafe(),
    );
    this.controls.target.copy(pose.target);
    this.camera.position.copy(pose.target).add(offset);
    this.controls.update();
    this.camera.updateMatrixWorld();
    this.requestRender();
  }

  private finishMove(): void {
    const move = this.move;
    this.move = null;
    move?.done();
  }

  private resize(): void {
    const { width, height } = this;
    if (width === 0 || height === 0) return;
    this.renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
    // Setting the size clears the canvas: draw in the same turn, or it flashes.
    if (this.frame < 0) return;
    this.onresize();
    this.render(performance.now());
  }

  private readonly onStart = (): void => {
    this.held = true;
    this.finishMove();
  };

  /** Only what really moves the view counts; a click does not. */
  private readonly onChange = (): void => {
    this.touched ||= this.held;
    this.requestRender();
  };

  private readonly onEnd = (): void => {
    this.held = false;
  };

  private readonly onContextLost = (event: Event): void => {
    event.preventDefault();
    this.onlost(true);
  };

  private readonly onContextRestored = (): void => {
    this.onlost(false);
    this.requestRender();
  };
}

/** Where the camera is: on a sphere around the target (phi from the head, theta from the back). */
interface Pose {
  target: Vector3;
  theta: number;
  phi: number;
  distance: number;
}

/**
 * The pose that gives an orientation. Straight above and below, the angle around the axis cannot be
 * read from the direction to the camera: there it is what is up in the picture that tells.
 */
function poseOf(target: Vector3, orientation: Quaternion, distance: number): Pose {
  const from = new Vector3(0, 0, 1).applyQuaternion(orientation);
  if (Math.abs(from.y) > 0.999) {
    const up = new Vector3(0, 1, 0).applyQuaternion(orientation).multiplyScalar(-Math.sign(from.y));
    from.addScaledVector(up, 1e-3);
  }
  const { theta, phi } = new Spherical().setFromVector3(from);
  return { target: target.clone(), theta, phi, distance };
}

function between(a: Pose, b: Pose, t: number): Pose {
  return {
    target: a.target.clone().lerp(b.target, t),
    theta: MathUtils.lerp(a.theta, b.theta, t),
    phi: MathUtils.lerp(a.phi, b.phi, t),
    distance: MathUtils.lerp(a.distance, b.distance, t),
  };
}
