import { useStore as useFlowStore, ViewportPortal } from "@xyflow/react";
import type { CSSProperties, ReactElement } from "react";
import { useEditor } from "../editor";
import type { Person } from "../sync/messages";
import type { Here } from "../sync/presence";
import { useStore } from "../sync/store";

export function hueStyle(hue: number): CSSProperties {
  const person = Math.abs(Math.trunc(hue)) % 8;
  return { "--person": `var(--person-${person})` } as CSSProperties;
}

/** Text, not an object: a pointer that moves makes new objects, and this must not redraw then. */
function whoSelected(here: Here, id: string): string {
  for (const person of here.others.values()) {
    if (person.selection.includes(id)) return `${person.hue} ${person.initials}`;
  }
  return "";
}

/** A frame in somebody's hue with their initials, around what they have selected. */
export function SelectedBy({ id }: { id: string }): ReactElement | null {
  const who = useStore(useEditor().session.presence.store, (here) => whoSelected(here, id));
  if (who === "") return null;
  const space = who.indexOf(" ");
  return (
    <span className="selected-by" style={hueStyle(Number(who.slice(0, space)))}>
      <span className="selected-by-initials">{who.slice(space + 1)}</span>
    </span>
  );
}

function Pointer({ person, zoom }: { person: Person; zoom: number }): ReactElement | null {
  if (!person.pointer) return null;
  const [x, y] = person.pointer;
  // Drawn at the same size however far one has zoomed.
  const transform = `translate(${x}px, ${y}px) scale(${1 / zoom})`;
  return (
    <div className="pointer" style={{ ...hueStyle(person.hue), transform }}>
      <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
        <path d="M2 2 15 8 9 9.5 7 15.5Z" />
      </svg>
      <span className="pointer-name">{person.name}</span>
    </div>
  );
}

function Ghosts({ person }: { person: Person }): ReactElement {
  return (
    <>
      {Object.entries(person.drag ?? {}).map(([id, [x, y, width, height]]) => (
        <div
          key={id}
          className="ghost"
          style={{ ...hueStyle(person.hue), transform: `translate(${x}px, ${y}px)`, width, height }}
        />
      ))}
    </>
  );
}

/** Everybody else's pointers and what they are dragging right now. */
export function Peers(): ReactElement {
  const others = useStore(useEditor().session.presence.store, (here) => here.others);
  const zoom = useFlowStore((flow) => flow.transform[2]);
  return (
    <ViewportPortal>
      <div className="peers" aria-hidden="true">
        {[...others.values()].map((person) => (
          <div key={person.id}>
            <Ghosts person={person} />
            <Pointer person={person} zoom={zoom} />
          </div>
        ))}
      </div>
    </ViewportPortal>
  );
}
