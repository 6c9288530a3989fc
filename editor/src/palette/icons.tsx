import type { ReactElement } from "react";

/**
 * One outline drawing a component type, on a 24 px grid with a stroke of 1.5.
 *
 * Keys are the catalog's `icon` words and the type's own id; an unknown word gets the plain block.
 */
const DRAWINGS: Readonly<Record<string, ReactElement>> = {
  person: (
    <>
      <circle cx="12" cy="8" r="3.5" />
      <path d="M5 20c.6-4 3.3-6 7-6s6.4 2 7 6" />
    </>
  ),
  "external-user": (
    <>
      <circle cx="10" cy="8" r="3.5" />
      <path d="M3 20c.6-4 3.3-6 7-6 1.6 0 3 .4 4.1 1.1M15 19h6m-2.5-2.5L21 19l-2.5 2.5" />
    </>
  ),
  "external-service": (
    <>
      <path d="M7 18h10a4 4 0 0 0 .6-7.95A6 6 0 0 0 6.2 11.1 3.5 3.5 0 0 0 7 18Z" />
      <path d="M12 16v-5m-2 2 2-2 2 2" />
    </>
  ),
  "web-crawl": (
    <>
      <circle cx="12" cy="12" r="3" />
      <path d="M12 9V4M12 20v-5M9.4 10.5 5 8M19 16l-4.4-2.5M9.4 13.5 5 16M19 8l-4.4 2.5" />
    </>
  ),
  "data-store": (
    <>
      <ellipse cx="12" cy="6" rx="7" ry="2.5" />
      <path d="M5 6v12c0 1.4 3.1 2.5 7 2.5s7-1.1 7-2.5V6M5 12c0 1.4 3.1 2.5 7 2.5s7-1.1 7-2.5" />
    </>
  ),
  "data-set": (
    <>
      <rect x="4" y="5" width="16" height="14" rx="1.5" />
      <path d="M4 10h16M4 14.5h16M10 5v14M15 5v14" />
    </>
  ),
  labelling: (
    <>
      <path d="M4 5h7l9 9-6 6-10-10Z" />
      <circle cx="8" cy="9" r="1.2" />
    </>
  ),
  "training-job": (
    <>
      <path d="M12 4a8 8 0 1 1-7.5 5.2" />
      <path d="M4 4.5v5h5" />
      <path d="m10.5 9 4.5 3-4.5 3Z" />
    </>
  ),
  notebook: (
    <>
      <path d="M7 4h10.5a1.5 1.5 0 0 1 1.5 1.5v13a1.5 1.5 0 0 1-1.5 1.5H7Z" />
      <path d="M7 4v16M4.5 8H7M4.5 12H7M4.5 16H7M10.5 9h5M10.5 13h5" />
    </>
  ),
  "pretrained-model": (
    <>
      <path d="M12 3.5 19.5 8v8L12 20.5 4.5 16V8Z" />
      <path d="M12 8v6m-2.5-2.5L12 14l2.5-2.5M9 16.5h6" />
    </>
  ),
  "model-registry": (
    <>
      <path d="M12 3.5 16 6v4.5L12 13 8 10.5V6Z" />
      <path d="m8 13-3.5 2v4L8 21l3.5-2v-4Zm8 0-3.5 2v4l3.5 2 3.5-2v-4Z" />
    </>
  ),
  "model-artefact": (
    <>
      <path d="M12 3.5 19.5 8v8L12 20.5 4.5 16V8Z" />
      <path d="M4.5 8 12 12.5 19.5 8M12 12.5v8" />
    </>
  ),
  "inference-endpoint": (
    <>
      <circle cx="6" cy="7" r="2" />
      <circle cx="6" cy="17" r="2" />
      <circle cx="13" cy="12" r="2.5" />
      <path d="m7.7 8.2 3.2 2.3M7.7 15.8l3.2-2.3M15.5 12H21m-2.5-2.5L21 12l-2.5 2.5" />
    </>
  ),
  "edge-model": (
    <>
      <rect x="7" y="3.5" width="10" height="17" rx="2" />
      <path d="M11 17.5h2" />
      <circle cx="12" cy="10" r="2.5" />
    </>
  ),
  "llm-endpoint": (
    <>
      <path d="M5 5h14a1.5 1.5 0 0 1 1.5 1.5v8A1.5 1.5 0 0 1 19 16h-7l-4.5 4v-4H5a1.5 1.5 0 0 1-1.5-1.5v-8A1.5 1.5 0 0 1 5 5Z" />
      <path d="m12 7.5.9 2.1 2.1.9-2.1.9-.9 2.1-.9-2.1-2.1-.9 2.1-.9Z" />
    </>
  ),
  "api-gateway": (
    <>
      <path d="M4 20V8a8 8 0 0 1 16 0v12" />
      <path d="M4 20h3.5V9a4.5 4.5 0 0 1 9 0v11H20M12 20v-8m-2 2 2-2 2 2" />
    </>
  ),
  "web-application": (
    <>
      <rect x="3.5" y="5" width="17" height="14" rx="1.5" />
      <path d="M3.5 9h17M6 7h.01M8.5 7h.01M11 7h.01M8 13h8M8 16h5" />
    </>
  ),
  retriever: (
    <>
      <circle cx="10.5" cy="10.5" r="5.5" />
      <path d="m14.5 14.5 5.5 5.5M8 9h5M8 12h3" />
    </>
  ),
  "document-store": (
    <>
      <path d="M8 3.5h6l4 4V16a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 16V5A1.5 1.5 0 0 1 8 3.5Z" />
      <path d="M14 3.5V8h4M9.5 11h5M9.5 14h5M4 8v10.5A2 2 0 0 0 6 20.5h8" />
    </>
  ),
  agent: (
    <>
      <rect x="5" y="8" width="14" height="10" rx="2.5" />
      <path d="M12 8V4.5M10.5 4.5h3M9.5 12v2M14.5 12v2M2.5 12v3M21.5 12v3M9 21h6" />
    </>
  ),
  "agent-tool": (
    <>
      <path d="M14.5 4.2a5 5 0 0 0-5.8 6.6L4 15.5 8.5 20l4.7-4.7a5 5 0 0 0 6.6-5.8l-3.1 3.1-3.4-.9-.9-3.4Z" />
    </>
  ),
  preprocessor: (
    <>
      <path d="M4 5h16l-6 7.5V20l-4-2.5v-5Z" />
    </>
  ),
  camera: (
    <>
      <path d="M4 7.5h3.5L9.5 5h5l2 2.5H20a1 1 0 0 1 1 1V18a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8.5a1 1 0 0 1 1-1Z" />
      <circle cx="12" cy="13" r="3.5" />
    </>
  ),
  "feedback-store": (
    <>
      <path d="M4 12a8 8 0 0 1 13.5-5.8L20 8.5M20 12a8 8 0 0 1-13.5 5.8L4 15.5" />
      <path d="M20 4v4.5h-4.5M4 20v-4.5h4.5" />
    </>
  ),
  "build-pipeline": (
    <>
      <circle cx="5.5" cy="12" r="2" />
      <circle cx="12" cy="12" r="2" />
      <circle cx="18.5" cy="12" r="2" />
      <path d="M7.5 12H10M14 12h2.5M12 10V5.5h4M12 14v4.5H8" />
    </>
  ),
  "admin-host": (
    <>
      <rect x="3.5" y="4.5" width="17" height="12" rx="1.5" />
      <path d="m7 8.5 2.5 2L7 12.5M11.5 12.5h4M9 20h6M12 16.5V20" />
    </>
  ),
  "secret-store": (
    <>
      <rect x="4.5" y="10" width="15" height="10" rx="1.5" />
      <path d="M8 10V7.5a4 4 0 0 1 8 0V10M12 14v2.5" />
    </>
  ),
  "log-store": (
    <>
      <path d="M6 3.5h12V20l-2-1.5-2 1.5-2-1.5-2 1.5-2-1.5L6 20Z" />
      <path d="M9 8h6M9 11.5h6M9 15h3" />
    </>
  ),
  "vector-store": (
    <>
      <ellipse cx="12" cy="6" rx="7" ry="2.5" />
      <path d="M5 6v12c0 1.4 3.1 2.5 7 2.5s7-1.1 7-2.5V6" />
      <path d="m8.5 16.5 6-5m0 3v-3h-3" />
    </>
  ),
  "agent-memory": (
    <>
      <path d="M12 5.5A3 3 0 0 0 6.5 7 3.5 3.5 0 0 0 5 13a3.5 3.5 0 0 0 7 4.5M12 5.5A3 3 0 0 1 17.5 7a3.5 3.5 0 0 1 1.5 6 3.5 3.5 0 0 1-7 4.5M12 5.5v12" />
    </>
  ),
  "code-runner": (
    <>
      <rect x="3.5" y="4.5" width="17" height="15" rx="1.5" />
      <path d="m7.5 9 3 3-3 3M12.5 15h4" />
    </>
  ),
  "container-registry": (
    <>
      <path d="M4 13h16v4a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3Z" />
      <path d="M6 9h3.5v4H6ZM10.25 9h3.5v4h-3.5ZM14.5 9H18v4h-3.5ZM10.25 5h3.5v4h-3.5Z" />
    </>
  ),
  evaluation: (
    <>
      <path d="M5 20V4h14v16Z" />
      <path d="m8.5 9 1.2 1.2L12 8M14 9.5h2M8.5 15l1.2 1.2L12 14M14 15.5h2" />
    </>
  ),
  "federated-aggregator": (
    <>
      <circle cx="12" cy="6.5" r="3" />
      <circle cx="5.5" cy="18" r="2" />
      <circle cx="12" cy="18" r="2" />
      <circle cx="18.5" cy="18" r="2" />
      <path d="m10.2 9-3.7 7.3M12 9.5V16M13.8 9l3.7 7.3" />
    </>
  ),
  "federated-client": (
    <>
      <rect x="6.5" y="3.5" width="11" height="17" rx="2" />
      <path d="M12 14V8m-2 2 2-2 2 2M10.5 17.5h3" />
    </>
  ),
  "fine-tuning-job": (
    <>
      <path d="M5 8h7M16 8h3M5 16h3M12 16h7" />
      <circle cx="14" cy="8" r="2" />
      <circle cx="10" cy="16" r="2" />
    </>
  ),
  "human-reviewer": (
    <>
      <circle cx="9.5" cy="8" r="3.5" />
      <path d="M3 20c.5-4 3.1-6 6.5-6 1.5 0 2.8.4 3.8 1.1M14.5 18l2 2 4.5-4.5" />
    </>
  ),
  "model-service": (
    <>
      <path d="M12 3.5 18 7v6l-6 3.5L6 13V7Z" />
      <path d="M6 7l6 3.5L18 7M12 10.5v6M4 20.5h16" />
    </>
  ),
  "tool-server": (
    <>
      <rect x="4" y="4.5" width="16" height="6" rx="1.5" />
      <rect x="4" y="13.5" width="16" height="6" rx="1.5" />
      <path d="M7.5 7.5h.01M7.5 16.5h.01M11 7.5h5M11 16.5h5" />
    </>
  ),
  zone: (
    <>
      <rect x="4" y="4" width="16" height="16" rx="2" strokeDasharray="3 2.5" />
    </>
  ),
  other: (
    <>
      <rect x="4.5" y="6" width="15" height="12" rx="2" />
    </>
  ),
};

function drawing(name: string): ReactElement | undefined {
  return Object.hasOwn(DRAWINGS, name) ? DRAWINGS[name] : undefined;
}

export interface TypeIconProps {
  type: string;
  icon?: string | undefined;
  size?: number;
}

/** The drawing of a component type; decorative, the name always stands beside it. */
export function TypeIcon({ type, icon = "", size = 20 }: TypeIconProps): ReactElement {
  return (
    <svg
      aria-hidden="true"
      className="type-icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {drawing(type) ?? drawing(icon) ?? DRAWINGS.other}
    </svg>
  );
}
