import { t } from "../words/t";

/** One thing that a newcomer is shown, and where it is. */
interface TourStep {
  title: string;
  text: string;
  /** What the ring goes around; where it is hidden, the words stand alone. */
  at: string;
}

export const STEPS: readonly TourStep[] = [
  {
    title: t("Draw"),
    text: t(
      "Type what your system has and press Enter. Pull from the edge of one card to another: that is a flow.",
    ),
    at: ".palette .search",
  },
  {
    title: t("Answer"),
    text: t(
      "What nobody has said is unknown, not assumed. Here it is asked one by one, the answers that decide most first.",
    ),
    at: "[aria-label='Questions, one by one']",
  },
  {
    title: t("See what threatens it"),
    text: t(
      "Each edit is judged at once. A finding says why it applies; open it, and its number opens into its reasons. Under Tests a linked model is attacked, and what is measured moves the risk.",
    ),
    at: "#tab-findings",
  },
  {
    title: t("Do it together"),
    text: t("Invite colleagues under People: all draw at once, and comment on any part."),
    at: ".nav a[href*='people']",
  },
  {
    title: t("Hand it over"),
    text: t(
      "The report says on its first pages how much risk there is, what to do first and what was proven.",
    ),
    at: ".tabs a[href$='/report/']",
  },
];
