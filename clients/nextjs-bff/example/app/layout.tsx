/** The frame of every page. */

import type { ReactNode } from "react";

export const metadata = { title: "Fashionistar" };

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en-NG">
      <body>{children}</body>
    </html>
  );
}
