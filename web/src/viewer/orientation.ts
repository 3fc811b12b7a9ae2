/**
 * Which way the patient lies in the picture: a letter at each edge, as on a radiological workstation,
 * and a small compass of the six directions in the corner, which can be clicked.
 */
import { type Quaternion, Vector3 } from "three";
import "./orientation.css";
import { DIRECTIONS, edgeLetters, type Letter, onScreen } from "./frame";

const SVG = "http://www.w3.org/2000/svg";
const LETTERS = Object.keys(DIRECTIONS) as Letter[];
const EDGES = ["left", "right", "top", "bottom"] as const;

export class OrientationMarks {
  private readonly root = document.createElement("div");
  private readonly edges = new Map<string, HTMLElement>();
  private readonly arms = new Map<Letter, { group: SVGGElement; line: SVGLineElement }>();
  private readonly svg = document.createElementNS(SVG, "svg");

  /** Lays the marks over the container; `onpick` hears which direction was clicked. */
  constructor(container: HTMLElement, onpick: (letter: Letter) => void) {
    this.root.className = "orientation";
    // The view buttons say the same to those who do not see the picture.
    this.root.setAttribute("aria-hidden", "true");
    for (const edge of EDGES) {
      const mark = document.createElement("span");
      mark.className = `edge ${edge}`;
      this.edges.set(edge, mark);
      this.root.append(mark);
    }
    this.svg.setAttribute("viewBox", "-50 -50 100 100");
    this.svg.setAttribute("class", "compass");
    for (const letter of LETTERS) {
      const group = document.createElementNS(SVG, "g");
      const line = document.createElementNS(SVG, "line");
      const disc = document.createElementNS(SVG, "circle");
      const text = document.createElementNS(SVG, "text");
      group.setAttribute("class", `arm axis-${axisOf(letter)}`);
      disc.setAttribute("r", "10");
      text.setAttribute("dy", "0.36em");
      text.textContent = letter;
      disc.addEventListener("click", () => onpick(letter));
      text.addEventListener("click", () => onpick(letter));
      const head = document.createElementNS(SVG, "g");
      head.append(disc, text);
      group.append(line, head);
      this.arms.set(letter, { group, line });
      this.svg.append(group);
    }
    this.root.append(this.svg);
    container.append(this.root);
  }

  /** Follows the camera. */
  update(orientation: Quaternion): void {
    const letters = edgeLetters(orientation);
    for (const edge of EDGES) {
      const mark = this.edges.get(edge);
      if (mark && mark.textContent !== letters[edge]) mark.textContent = letters[edge];
    }
    const places = LETTERS.map((letter) => ({ letter, at: onScreen(letter, orientation) }));
    // Near ones are drawn last.
    places.sort((a, b) => a.at.z - b.at.z);
    for (const { letter, at } of places) {
      const arm = this.arms.get(letter);
      if (!arm) continue;
      const tip = new Vector3(at.x, -at.y, 0).multiplyScalar(36);
      arm.line.setAttribute("x2", tip.x.toFixed(1));
      arm.line.setAttribute("y2", tip.y.toFixed(1));
      const head = arm.group.lastElementChild;
      head?.setAttribute("transform", `translate(${tip.x.toFixed(1)} ${tip.y.toFixed(1)})`);
      arm.group.style.opacity = (0.8 + 0.2 * at.z).toFixed(2);
      this.svg.append(arm.group);
    }
  }

  dispose(): void {
    this.root.remove();
  }
}

function axisOf(letter: Letter): "x" | "y" | "z" {
  if (letter === "R" || letter === "L") return "x";
  return letter === "S" || letter === "I" ? "y" : "z";
}
