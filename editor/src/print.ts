import { useEffect } from "react";
import { showAll } from "./actions";
import { useEditor } from "./editor";

/** The width in CSS pixels that a sheet across has for the drawing; A4 and Letter alike. */
const SHEET = 960;

/** Before it is printed the whole drawing is brought into sight, and made as large as the sheet. */
export function usePrint(): void {
  const editor = useEditor();
  useEffect(() => {
    const prepare = (): void => {
      const stage = document.querySelector<HTMLElement>(".stage");
      if (!stage) return;
      showAll(editor, 0);
      const { clientWidth: width, clientHeight: height } = stage;
      stage.style.setProperty("--print-width", `${width}px`);
      stage.style.setProperty("--print-height", `${height}px`);
      stage.style.setProperty("--print-zoom", String(Math.min(1, SHEET / Math.max(width, 1))));
    };
    window.addEventListener("beforeprint", prepare);
    return () => window.removeEventListener("beforeprint", prepare);
  }, [editor]);
}
