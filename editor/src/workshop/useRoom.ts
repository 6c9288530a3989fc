import { useCallback, useEffect, useMemo, useState } from "react";
import { useEditor, useSession } from "../editor";
import { mayLead } from "../bootstrap";
import type { Mine, Workshop } from "./types";

const NOBODY: Mine = { joined: true, discipline: "", vote: null };
/** A frame that was lost on the way between processes is made up for by asking. */
const ASK_EVERY_MS = 20_000;

type Told = Workshop & { mine: Mine };

export interface Room {
  workshop: Workshop;
  mine: Mine;
  leads: boolean;
  mayLead: boolean;
  /** Do something to the workshop; what is wrong with it is said, and gives false. */
  act: (verb: string, body?: unknown) => Promise<boolean>;
  steer: (values: unknown) => Promise<boolean>;
}

/** The workshop that goes on, with what only oneself knows of it. */
export function useRoom(workshop: Workshop): Room {
  const { api, boot, session } = useEditor();
  const role = useSession((state) => state.role);
  const connection = useSession((state) => state.connection);
  const [mine, setMine] = useState(NOBODY);
  const path = `/workshops/${workshop.id}/`;
  const take = useCallback(
    ({ mine: own, ...shown }: Told): boolean => {
      session.setWorkshop(shown);
      setMine(own);
      return true;
    },
    [session],
  );
  const fail = useCallback(
    (error: Error): boolean => {
      session.tell(error.message);
      return false;
    },
    [session],
  );
  const asked = workshop.rounds.at(-1)?.id;
  useEffect(() => {
    if (connection !== "online") return undefined;
    const ask = (): void => void api.get<Told>(path).then(take, () => undefined);
    ask();
    const timer = window.setInterval(ask, ASK_EVERY_MS);
    return () => window.clearInterval(timer);
  }, [api, path, take, asked, connection]);
  return useMemo(
    () => ({
      workshop,
      mine,
      leads: String(workshop.leader.id) === String(boot.me.id) && mayLead(role),
      mayLead: mayLead(role),
      act: (verb, body = {}) => api.send<Told>(`${path}${verb}/`, body).then(take, fail),
      steer: (values) => api.send<Told>(path, values, "PATCH").then(take, fail),
    }),
    [workshop, mine, role, boot, api, path, take, fail],
  );
}
