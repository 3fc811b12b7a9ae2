/// <reference types="vite/client" />

interface Window {
  /** The viewer on the page, while there is one. */
  __medshape?: { viewer: import("./viewer").Viewer };
}
