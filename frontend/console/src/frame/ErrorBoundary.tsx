/** The one place that catches what a view throws: a sentence and two ways on instead of an empty page. */

import { Component, type ReactNode } from "react";

interface Properties {
  /** Shown instead of what broke. */
  readonly instead: ReactNode;
  readonly children: ReactNode;
}

export class ErrorBoundary extends Component<Properties, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? this.props.instead : this.props.children;
  }
}
