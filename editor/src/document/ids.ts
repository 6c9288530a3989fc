const CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz";

/** A ULID in lower case: 48 bits of time, 80 of chance, sortable by when it was made. */
export function elementId(now: number = Date.now()): string {
  let time = "";
  for (let rest = now, i = 0; i < 10; i += 1, rest = Math.floor(rest / 32)) {
    time = CROCKFORD.charAt(rest % 32) + time;
  }
  const random = crypto.getRandomValues(new Uint8Array(16));
  return time + Array.from(random, (byte) => CROCKFORD.charAt(byte % 32)).join("");
}

/**
 * A version 4 UUID for an operation.
 *
 * Not `crypto.randomUUID`: browsers offer that only over TLS or on localhost, and a workshop's
 * server often stands on plain HTTP in a local network.
 */
export function operationId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}
