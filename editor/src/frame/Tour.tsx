import { type CSSProperties, type ReactElement, useLayoutEffect, useState } from "react";
import { createPortal } from "react-dom";
import { useEditor } from "../editor";
import { STEPS } from "./steps";
import { rememberTour } from "./tour";
import "./tour.css";
import { t } from "../words/t";

/** A ring around what is spoken of, wherever the window has it. */
function Ring({ at }: { at: string }): ReactElement | null {
  const [style, setStyle] = useState<CSSProperties | null>(null);
  useLayoutEffect(() => {
    const measure = (): void => {
      const box = document.querySelector(at)?.getBoundingClientRect();
      const { left = 0, top = 0, width = 0, height = 0 } = box ?? {};
      setStyle(
        width > 0 ? { left: left - 4, top: top - 4, width: width + 8, height: height + 8 } : null,
      );
    };
    measure();
    window.addEventListener("resize", measure);
    return () => window.removeEventListener("resize", measure);
  }, [at]);
  return style && createPortal(<div className="tour-ring" style={style} />, document.body);
}

/** Five things that a newcomer is shown; it covers nothing, waits for nobody and ends at a click. */
export default function Tour({ step }: { step: number }): ReactElement | null {
  const { view } = useEditor();
  const shown = STEPS[step];
  if (!shown) return null;
  const end = (): void => {
    rememberTour();
    view.set({ tour: null });
  };
  const last = step === STEPS.length - 1;
  return (
    <section
      className="tour"
      aria-label={t("Tour")}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        end();
      }}
    >
      <Ring at={shown.at} />
      <div role="status">
        <p className="muted">{t("{step} of {n}", { step: step + 1, n: STEPS.length })}</p>
        <h2>{shown.title}</h2>
        <p>{shown.text}</p>
      </div>
      <div className="tour-acts">
        {!last && (
          <button type="button" className="button button-quiet" onClick={end}>
            {t("Skip the tour")}
          </button>
        )}
        {step > 0 && (
          <button type="button" className="button" onClick={() => view.set({ tour: step - 1 })}>
            {t("Back")}
          </button>
        )}
        <button
          type="button"
          className="button button-main"
          onClick={last ? end : () => view.set({ tour: step + 1 })}
        >
          {last ? t("Done") : t("Next")}
        </button>
      </div>
    </section>
  );
}
