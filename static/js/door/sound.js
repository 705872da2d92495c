// What an answer sounds and feels like: distinct without looking at the screen, and mute when asked.

import { device } from "./storage.js";

// [frequency in Hz, start in s, length in s, wave]
const TONES = {
  admitted: [[784, 0, 0.09, "sine"], [1175, 0.09, 0.18, "sine"]],
  already: [[587, 0, 0.12, "triangle"], [587, 0.2, 0.12, "triangle"]],
  refused: [[196, 0, 0.22, "sawtooth"], [147, 0.24, 0.36, "sawtooth"]],
  waiting: [[440, 0, 0.08, "sine"]],
  undone: [[784, 0, 0.09, "sine"], [523, 0.09, 0.16, "sine"]],
};
const PULSES = { admitted: [70], already: [90, 70, 90], refused: [350, 90, 350], waiting: [35], undone: [50, 40, 50] };
const VOLUME = 0.35;

let context = null;

/** Browsers allow sound only after a touch: call this from every first gesture. */
export function unlock() {
  context ??= window.AudioContext ? new AudioContext() : null;
  if (context?.state === "suspended") context.resume().catch(() => {});
}

export const isMuted = () => device.get("muted") === true;

export function mute(value) { device.set("muted", value); }

function tone([frequency, start, length, wave]) {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  const from = context.currentTime + start;
  oscillator.type = wave;
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(VOLUME, from + 0.01);
  gain.gain.setTargetAtTime(0, from + length - 0.03, 0.012);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(from);
  oscillator.stop(from + length + 0.05);
}

export function signal(state) {
  if (!(state in TONES)) return;
  navigator.vibrate?.(PULSES[state]);
  if (context && !isMuted()) TONES[state].forEach(tone);
}
