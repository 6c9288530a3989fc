/**
 * The same drawing for both pages: components in zones of 20, one and a half times as many flows,
 * most of them within a zone (research/editor.md, 1.2).
 */

export interface Card {
  id: string;
  name: string;
  kind: string;
  zone: string;
  box: [number, number, number, number];
}

export interface Room {
  id: string;
  name: string;
  box: [number, number, number, number];
}

export interface Line {
  id: string;
  name: string;
  source: string;
  target: string;
}

export interface Drawing {
  rooms: Room[];
  cards: Card[];
  lines: Line[];
}

const IN_A_ROOM = 20;
const COLUMNS = 5;
const [ACROSS, DOWN] = [240, 120];
const [WIDE, HIGH] = [COLUMNS * ACROSS + 40, (IN_A_ROOM / COLUMNS) * DOWN + 60];
const KINDS = [
  "web-application",
  "inference-endpoint",
  "data-set",
  "training-job",
  "model-registry",
];
const LOCAL = 0.85;

/** The same numbers in every run: mulberry32. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

export function drawing(count: number): Drawing {
  const rooms: Room[] = [];
  const perRow = Math.ceil(Math.sqrt(count / IN_A_ROOM));
  for (let i = 0; i * IN_A_ROOM < count; i += 1) {
    const [x, y] = [(i % perRow) * (WIDE + 120), Math.floor(i / perRow) * (HIGH + 120)];
    rooms.push({ id: `z-${i}`, name: `Zone ${i}`, box: [x, y, WIDE, HIGH] });
  }
  const cards = Array.from({ length: count }, (_, i): Card => {
    const room = rooms[Math.floor(i / IN_A_ROOM)] as Room;
    const place = i % IN_A_ROOM;
    const x = room.box[0] + 40 + (place % COLUMNS) * ACROSS;
    const y = room.box[1] + 60 + Math.floor(place / COLUMNS) * DOWN;
    const kind = KINDS[i % KINDS.length] ?? "other";
    return { id: `c-${i}`, name: `Component ${i}`, kind, zone: room.id, box: [x, y, 176, 64] };
  });
  return { rooms, cards, lines: lines(count) };
}

function lines(count: number): Line[] {
  const roll = dice(7);
  const upTo = (end: number): number => Math.floor(roll() * end);
  return Array.from({ length: Math.floor(count * 1.5) }, (_, i) => {
    const source = upTo(count);
    const first = Math.floor(source / IN_A_ROOM) * IN_A_ROOM;
    const target = roll() < LOCAL ? first + upTo(Math.min(IN_A_ROOM, count - first)) : upTo(count);
    const other = target === source ? (target + 1) % count : target;
    return { id: `f-${i}`, name: `flow ${i}`, source: `c-${source}`, target: `c-${other}` };
  });
}

/** What the address asks for: how many components, and whether only visible ones are drawn. */
export function asked(): { count: number; virtual: boolean } {
  const search = new URLSearchParams(window.location.search);
  return { count: Number(search.get("n") ?? 100), virtual: search.has("virtual") };
}
