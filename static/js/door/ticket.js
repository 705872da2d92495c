// The shape of a ticket code: 125 base32 characters = 14 bytes of content and 64 bytes of Ed25519 signature.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const TICKET = /^[A-Z2-7]{125}$/;
const VERSION = 1;
const CONTENT = 14;

function bytesOf(text) {
  const bytes = [];
  let value = 0;
  let bits = 0;
  for (const character of text) {
    value = ((value << 5) | ALPHABET.indexOf(character)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 0xff);
    }
  }
  return new Uint8Array(bytes);
}

export function looksLikeTicket(text) {
  return TICKET.test(text) && bytesOf(text)[0] === VERSION;
}

function rawKey(base64url) {
  const binary = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Whether one of the event's public keys signed this code; false where the browser has no Ed25519. */
export async function isSigned(text, keys) {
  const bytes = bytesOf(text);
  const key = keys.find((candidate) => candidate.key_id === bytes[1]);
  if (!key || !crypto.subtle) return false;
  try {
    const algorithm = { name: "Ed25519" };
    const imported = await crypto.subtle.importKey("raw", rawKey(key.public_key), algorithm, false, ["verify"]);
    return await crypto.subtle.verify(algorithm, imported, bytes.slice(CONTENT), bytes.slice(0, CONTENT));
  } catch {
    return false;
  }
}

/** What is sent for a code that was read: printable ASCII of bounded length, as every real code is. */
export function asPayload(text) {
  return text.trim().slice(0, 200).replace(/[^\x20-\x7e]/g, "?");
}
