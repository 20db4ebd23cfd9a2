import { Component, type ReactNode } from "react";
import { useLocation } from "react-router";
import { RouteError } from "./RouteError";

/** Shows that a page has failed in its place; another address is another try. */
export function PageBoundary({ children }: { children: ReactNode }) {
  return <Boundary pathname={useLocation().pathname}>{children}</Boundary>;
}

interface BoundaryState {
  readonly failed: { readonly error: unknown } | null;
  readonly pathname: string;
}

class Boundary extends Component<{ pathname: string; children: ReactNode }, BoundaryState> {
  override state: BoundaryState = { failed: null, pathname: this.props.pathname };

  static getDerivedStateFromError(error: unknown): Partial<BoundaryState> {
    return { failed: { error } };
  }

  static getDerivedStateFromProps({ pathname }: { pathname: string }, state: BoundaryState): BoundaryState | null {
    return pathname === state.pathname ? null : { failed: null, pathname };
  }

  override render(): ReactNode {
    const { failed } = this.state;
    return failed === null ? this.props.children : <RouteError thrown={failed.error} />;
  }
}
