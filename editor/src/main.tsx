import "@fontsource-variable/inter";
import "@xyflow/react/dist/base.css";
import "./styles/tokens.css";
import "./styles/editor.css";
import "./frame/frame.css";
import "./palette/palette.css";
import "./canvas/canvas.css";
import "./canvas/elements.css";
import "./canvas/flows.css";
import "./canvas/tools.css";
import "./canvas/notes.css";
import "./canvas/afar.css";
import "./inspector/inspector.css";
import "./findings/findings.css";
import "./comments/comments.css";
import "./outline/outline.css";
import "./styles/contrast.css"; // last: what the system asks for wins

import { createRoot } from "react-dom/client";
import { App } from "./App";
import { readBootstrap } from "./bootstrap";
import { Api } from "./sync/api";
import { Session } from "./sync/session";

const boot = readBootstrap();
const session = new Session(boot);
session.start();

const place = document.getElementById("editor");
if (!place) throw new Error("The page lacks the place for the editor.");
createRoot(place).render(<App boot={boot} session={session} api={new Api(boot.api, boot.csrf)} />);
