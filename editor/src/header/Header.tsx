import {
  Check, CircleAlert, CloudOff, Keyboard, ListTree, LoaderCircle, Redo2, Undo2,
} from "lucide-react";
import type { ReactElement } from "react";
import { hueStyle } from "../canvas/Peers";
import { useEditor, useMayEdit, useSession, useView } from "../editor";
import { LevelWord } from "../findings/Badge";
import { TextField } from "../inspector/fields";
import { useStore } from "../sync/store";

const TABS = [
  ["findings", "Findings"], ["mitigations", "Mitigations"], ["tests", "Tests"],
  ["report", "Report"], ["history", "History"],
] as const;

/** Saved, saving or offline: the state of truth, always in the same place. */
function Saved(): ReactElement {
  const connection = useSession((state) => state.connection);
  const unsaved = useSession((state) => state.unsaved);
  const { session } = useEditor();
  if (connection === "offline") {
    return (
      <button type="button" className="saved saved-offline" onClick={session.retry}>
        <CloudOff size={14} aria-hidden="true" />
        {unsaved === 0 ? "Offline" : `Offline, ${unsaved} unsaved`}
      </button>
    );
  }
  if (connection === "closed") {
    return (
      <span className="saved saved-offline"><CircleAlert size={14} aria-hidden="true" />
        {unsaved === 0 ? "Disconnected" : `Disconnected, ${unsaved} unsaved`}</span>
    );
  }
  if (connection === "connecting") return <span className="saved">Connecting</span>;
  return unsaved === 0
    ? <span className="saved"><Check size={14} aria-hidden="true" />Saved</span>
    : <span className="saved"><LoaderCircle size={14} aria-hidden="true" />Saving {unsaved}</span>;
}

function People(): ReactElement {
  const { boot, session } = useEditor();
  const others = useStore(session.presence.store, (here) => here.others);
  return (
    <ul className="people" aria-label="People here">
      {[...others.values()].slice(0, 8).map((person) => (
        <li key={person.id} className="person" style={hueStyle(person.hue)} title={person.name}>
          {person.initials}
        </li>
      ))}
      {others.size > 8 && <li className="person person-more">+{others.size - 8}</li>}
      <li className="person person-you" title={`${boot.me.name} (you)`}>{initials(boot.me.name)}</li>
    </ul>
  );
}

function initials(name: string): string {
  const words = name.split(/[\s@._-]+/).filter((word) => word !== "");
  return words.slice(0, 2).map((word) => word.charAt(0).toUpperCase()).join("") || "?";
}

function Name(): ReactElement {
  const { session } = useEditor();
  const name = useSession((state) => state.doc.system.name);
  const mayEdit = useMayEdit();
  const rename = (value: string): void => {
    if (value !== "") session.edit([{ kind: "system", id: "system", set: { name: value } }]);
  };
  return (
    <h1 className="system-name">
      <TextField label="System name" value={name} onCommit={rename} disabled={!mayEdit} bare />
    </h1>
  );
}

function UndoRedo(): ReactElement {
  const { session } = useEditor();
  const canUndo = useSession((state) => state.canUndo);
  const canRedo = useSession((state) => state.canRedo);
  return (
    <span className="button-pair">
      <button
        type="button" className="icon-button" aria-label="Undo" title="Undo (Ctrl Z)"
        disabled={!canUndo} onClick={session.undo}
      ><Undo2 size={16} /></button>
      <button
        type="button" className="icon-button" aria-label="Redo" title="Redo (Ctrl Shift Z)"
        disabled={!canRedo} onClick={session.redo}
      ><Redo2 size={16} /></button>
    </span>
  );
}

/** The system's risk with the range that unanswered questions leave open. */
function SystemRisk(): ReactElement | null {
  const risk = useSession((state) => state.risk);
  if (!risk?.risk) return null;
  const [low, high] = risk.range;
  const open = low !== high && low !== null && high !== null;
  return (
    <span className="system-risk" title="Highest residual risk of the open findings">
      <LevelWord level={risk.risk} />
      {open && <span className="muted">{low} to {high}</span>}
    </span>
  );
}

export function Header(): ReactElement {
  const { boot, catalog, view } = useEditor();
  const revision = useSession((state) => state.revision);
  const role = useSession((state) => state.role);
  const outline = useView((now) => now.outline);
  return (
    <header className="header">
      <a className="home" href={boot.urls.home} title="All systems">Bartizan</a>
      <Name />
      <nav className="tabs" aria-label="Parts of this system">
        <a href="#" aria-current="page" onClick={(event) => event.preventDefault()}>Diagram</a>
        {TABS.map(([part, name]) => <a key={part} href={boot.urls[part]}>{name}</a>)}
      </nav>
      <span className="header-space" />
      <SystemRisk />
      {role === "viewer" ? <span className="chip">View only</span> : <UndoRedo />}
      <span className="truth" role="status">
        <Saved />
        {revision >= 0 && <span className="muted" title="Revision of the log">r{revision}</span>}
        <span className="muted" title={`Catalog ${catalog.data.digest}`}>
          catalog {catalog.data.digest.slice(0, 7)}
        </span>
      </span>
      <People />
      <button
        type="button" className="icon-button" aria-label="Outline" aria-pressed={outline}
        title="Outline (O)" onClick={() => view.set({ outline: !outline })}
      ><ListTree size={16} /></button>
      <button
        type="button" className="icon-button" aria-label="Keyboard shortcuts" title="Shortcuts (?)"
        onClick={() => view.set({ dialog: "shortcuts" })}
      ><Keyboard size={16} /></button>
    </header>
  );
}
