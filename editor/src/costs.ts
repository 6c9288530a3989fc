import { t } from "./words/t";

/* What a run will cost stands beside its button, and follows the parameters as they are typed. */

type Cost = { words: string; large: boolean };
type Answer = Record<string, Cost> & { error?: { message: string } };

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

function told(answer: Answer, test: string): string {
  const cost = answer[test];
  if (!cost) return sentence(answer.error?.message.replace(/\.$/, "") ?? t("Its cost is not known"));
  return sentence(cost.words + (cost.large ? t("; asks once more before it begins") : ""));
}

async function show(form: HTMLFormElement, place: Element): Promise<void> {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (name === "test" || (name.startsWith("param-") && String(value).trim() !== "")) {
      query.set(name.replace("param-", ""), String(value));
    }
  }
  const answer = await fetch(`${form.dataset.costs}?${query}`);
  place.textContent = told((await answer.json()) as Answer, query.get("test") ?? "");
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-costs]")) {
  const place = form.querySelector("[data-cost]");
  form.addEventListener("change", () => place && void show(form, place).catch(() => undefined));
}
