/** What a search found, page by page. */
import { ApiError, type Facets, type ShapeSummary, search } from "../api";

const PAGE = 60;

export class Results {
  shapes: ShapeSummary[] = $state.raw([]);
  facets: Facets = $state.raw({});
  total: number | null = $state(null);
  next: string | null = $state(null);
  loading = $state(false);
  /** Why the query, or its next page, was not answered. */
  error: ApiError | null = $state(null);

  private request = new AbortController();

  /** Starts a search; what is still under way is dropped. The old results stay until then. */
  async load(query: string): Promise<void> {
    this.request.abort();
    this.request = new AbortController();
    const { signal } = this.request;
    this.loading = true;
    this.error = null;
    try {
      const page = await search(query, { limit: PAGE, signal });
      this.shapes = page.shapes;
      this.facets = page.facets ?? {};
      this.total = page.total;
      this.next = page.next;
    } catch (error) {
      if (!signal.aborted) this.error = asApiError(error);
    } finally {
      if (!signal.aborted) this.loading = false;
    }
  }

  /** Adds the next page, once at a time. */
  async more(query: string): Promise<void> {
    if (!this.next || this.loading) return;
    const { signal } = this.request;
    this.loading = true;
    this.error = null;
    try {
      const page = await search(query, { limit: PAGE, cursor: this.next, signal });
      this.shapes = [...this.shapes, ...page.shapes];
      this.next = page.next;
    } catch (error) {
      if (!signal.aborted) this.error = asApiError(error);
    } finally {
      if (!signal.aborted) this.loading = false;
    }
  }
}

function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(0, "Error", String(error));
}
