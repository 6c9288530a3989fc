import "@fontsource-variable/inter";
import "@xyflow/react/dist/base.css";
import "../src/styles/tokens.css";
import "../src/styles/editor.css";
import "../src/frame/frame.css";
import "../src/palette/palette.css";
import "../src/canvas/canvas.css";
import "../src/canvas/elements.css";
import "../src/canvas/flows.css";
import "../src/canvas/tools.css";
import "../src/canvas/notes.css";
import "../src/canvas/afar.css";
import "../src/inspector/inspector.css";
import "../src/findings/findings.css";
import "../src/outline/outline.css";
import "./ours.css";

import { createRoot } from "react-dom/client";
import { App } from "../src/App";
import type { Bootstrap } from "../src/bootstrap";
import type { CatalogData } from "../src/document/catalog";
import { readDocument } from "../src/document/read";
import { Api } from "../src/sync/api";
import { NO_FINDINGS, replaceRegister } from "../src/sync/findings";
import { Session } from "../src/sync/session";
import { sampleFinding } from "../src/testing/finding";
import { asked, drawing } from "./system";

/* The whole editor with its panels, on the same drawing; only the line to a server is missing. */

class ShippedCatalog extends Api {
  override async catalog(): Promise<CatalogData> {
    return (await (await fetch("catalog.json")).json()) as CatalogData;
  }
}

const boot: Bootstrap = {
  system: "s",
  name: "Bench",
  role: "editor",
  socket: "/ws/",
  api: "/api/v1",
  csrf: "token",
  me: { id: "me", name: "Bench" },
  urls: { findings: "", mitigations: "", plan: "", tests: "", report: "", history: "", home: "" },
};

const { rooms, cards, lines } = drawing(asked().count);
const session = new Session(boot, null);
session.store.set({
  ...replaceRegister(
    NO_FINDINGS,
    cards.map(({ id }) => sampleFinding(`poisoning@${id}`, "moderate")),
  ),
  loaded: true,
  connection: "online",
  revision: 1,
  doc: readDocument({
    system: { name: "Bench" },
    zones: rooms.map((room) => ({ ...room, kind: "production" })),
    components: cards.map(({ kind, ...card }) => ({ ...card, type: kind })),
    flows: lines.map((line) => ({ ...line, kind: "data" })),
  }),
});

// The editor keeps its React Flow to itself; the bench looks through the same window as it.
const api = new ShippedCatalog(boot.api, boot.csrf);
createRoot(document.getElementById("editor") as HTMLElement).render(
  <App boot={boot} session={session} api={api} />,
);
