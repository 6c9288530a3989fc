export type Role = "guest" | "viewer" | "editor" | "facilitator" | "approver" | "owner";

/** What the server will let somebody do; here it only decides what is offered. */
export function mayDraw(role: Role): boolean {
  return role !== "guest" && role !== "viewer";
}

/** Who may lead a workshop, bring everyone to one place and keep a baseline. */
export function mayLead(role: Role): boolean {
  return role === "facilitator" || role === "approver" || role === "owner";
}

/** What the page that carries the editor says about itself. */
export interface Bootstrap {
  system: string;
  name: string;
  role: Role;
  socket: string;
  api: string;
  csrf: string;
  me: { id: string; name: string };
  urls: Readonly<
    Record<"findings" | "mitigations" | "plan" | "tests" | "report" | "history" | "home", string>
  >;
}

/** Read the JSON that the template left in the page. */
export function readBootstrap(): Bootstrap {
  const text = document.getElementById("bootstrap")?.textContent;
  if (!text) throw new Error("The page lacks its bootstrap data; reload it.");
  return JSON.parse(text) as Bootstrap;
}
