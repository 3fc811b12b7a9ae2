/** The page's address as reactive state: the query and the view, with the browser's back and forward. */
import { gridHref, parseQuery, parseRoute, type Route } from "../route";

class Address {
  query = $state(parseQuery(location.search));
  route: Route = $state(parseRoute(location.hash));
  /** Whether the last entry of the history was made by typing, so that the next key may replace it. */
  private typing = false;

  constructor() {
    addEventListener("popstate", this.read);
    document.addEventListener("click", this.follow);
  }

  /** Shows the grid for a query. While somebody types, the history keeps one entry, not one a key. */
  search(query: string, typing = false): void {
    if (query === this.query && this.route.view === "grid") return;
    const replace = typing && this.typing && this.route.view === "grid";
    history[replace ? "replaceState" : "pushState"](null, "", gridHref(query));
    this.typing = typing;
    this.query = query;
    this.route = { view: "grid" };
  }

  private readonly read = (): void => {
    this.typing = false;
    this.query = parseQuery(location.search);
    this.route = parseRoute(location.hash);
  };

  /** Follows links within the page without loading it anew. */
  private readonly follow = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest("a");
    if (!link || link.target || link.hasAttribute("download")) return;
    const url = new URL(link.href);
    const here = new URL("./", location.href);
    if (url.origin !== here.origin || url.pathname !== here.pathname) return;
    event.preventDefault();
    if (url.href !== location.href) history.pushState(null, "", url);
    this.read();
  };
}

export const address = new Address();
