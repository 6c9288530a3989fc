import { ReactFlowProvider } from "@xyflow/react";
import { fireEvent, render, screen } from "@testing-library/react";
import type { ReactElement } from "react";
import type { Role } from "../bootstrap";
import { type Editor, EditorProvider, FIRST_VIEW } from "../editor";
import { Api } from "../sync/api";
import type { Finding } from "../sync/messages";
import { replaceRegister, NO_FINDINGS } from "../sync/findings";
import { Session } from "../sync/session";
import { Store } from "../sync/store";
import { sampleBoot } from "./boot";
import { sampleCatalog, sampleDocument } from "./sample";

/** An editor on the sample document for tests: everything is real, but there is no line. */
export function sampleEditor(role: Role = "editor", findings: readonly Finding[] = []): Editor {
  const boot = sampleBoot({ role });
  const session = new Session(boot, null);
  const register = replaceRegister(NO_FINDINGS, findings);
  session.store.set({ ...register, doc: sampleDocument(), loaded: true, revision: 3 });
  const view = new Store(FIRST_VIEW);
  return { boot, session, catalog: sampleCatalog(), api: new Api(boot.api, boot.csrf), view };
}

export function show(editor: Editor, part: ReactElement) {
  return render(
    <EditorProvider value={editor}>
      <ReactFlowProvider>{part}</ReactFlowProvider>
    </EditorProvider>,
  );
}

/** Put a value into a field, and leave it. */
export function write(label: string, value: string): void {
  const field = screen.getByLabelText(label);
  fireEvent.focus(field);
  fireEvent.change(field, { target: { value } });
  fireEvent.blur(field);
}
