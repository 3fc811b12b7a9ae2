export { VIEWS, type View } from "./frame";
export { WebGlUnavailable } from "./stage";
export { type Item, type LoadFailure, type LoadOptions, Viewer } from "./viewer";
