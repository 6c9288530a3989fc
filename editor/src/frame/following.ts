import { useOnViewportChange, useStoreApi, type Viewport } from "@xyflow/react";
import { useCallback, useEffect } from "react";
import type { Box } from "../document/types";
import { useEditor, useSession, useView } from "../editor";
import { glide } from "../motion";
import { useStore } from "../sync/store";
import { t } from "../words/t";

/** Tell the others what one sees of the sheet. */
function useToldViewport(): void {
  const { session } = useEditor();
  const flow = useStoreApi();
  const tell = useCallback(
    ({ x, y, zoom }: Viewport): void => {
      const { width, height } = flow.getState();
      const viewport: Box = [-x / zoom, -y / zoom, width / zoom, height / zoom];
      session.presence.update({ viewport });
    },
    [flow, session],
  );
  useOnViewportChange({ onChange: tell });
  const stage = useView((view) => view.stage);
  useEffect(() => {
    if (stage) tell(stage.getViewport());
  }, [stage, tell]);
}

/** See what another sees, until one moves the sheet oneself. */
function useFollowedViewport(): void {
  const { session, view } = useEditor();
  const { presence } = session;
  const following = useStore(presence.store, (here) => here.following);
  const seen = useStore(presence.store, (here) =>
    here.following === null ? "" : (here.others.get(here.following)?.viewport?.join(" ") ?? ""),
  );
  useEffect(() => {
    if (seen !== "") look(view.get().stage, seen.split(" ").map(Number) as unknown as Box);
  }, [view, seen]);
  useEffect(() => {
    if (following === null) return undefined;
    const sheet = document.querySelector(".stage");
    const leave = (): void => presence.follow(null);
    for (const by of ["pointerdown", "wheel"]) sheet?.addEventListener(by, leave);
    return () => {
      for (const by of ["pointerdown", "wheel"]) sheet?.removeEventListener(by, leave);
    };
  }, [presence, following]);
}

/** Somebody who leads has asked everyone to look at one place. */
function useGathered(): void {
  const { session, view, boot } = useEditor();
  const gathered = useStore(session.presence.store, (here) => here.gathered);
  const loaded = useSession((state) => state.loaded);
  useEffect(() => {
    if (!gathered || !loaded) return;
    look(view.get().stage, gathered.viewport);
    const mine = gathered.by === boot.me.name;
    session.tell(
      mine
        ? t("Everyone here looks where you look.")
        : t("{by} brought you here.", { by: gathered.by }),
    );
  }, [session, view, boot, gathered, loaded]);
}

interface Stage {
  fitBounds(
    box: { x: number; y: number; width: number; height: number },
    options: { padding: number; duration: number },
  ): unknown;
}

function look(stage: Stage | null, [x, y, width, height]: Box): void {
  if (width > 0 && height > 0)
    stage?.fitBounds({ x, y, width, height }, { padding: 0, duration: glide(200) });
}

/** Looking together: one's own view told, another's taken over. */
export function useTogether(): void {
  useToldViewport();
  useFollowedViewport();
  useGathered();
}
