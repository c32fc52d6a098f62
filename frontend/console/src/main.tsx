/** Starts the account console in the element that the provider's page holds for it. */

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { readPage } from "./page";
import "./styles/frame.css";
import "./styles/parts.css";

const element = document.getElementById("console");
if (element) {
  createRoot(element).render(
    <StrictMode>
      <App page={readPage(element)} />
    </StrictMode>,
  );
}
