/** The facts of the page for everything below. */

import { createContext, useContext } from "react";
import type { Page } from "../page";

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error("no page here");
  return page;
}
