// The moves of this tab that can be taken back, also after another page of the event was opened in between.

const LIMIT = 50;

export class Undo {
  constructor(button, name) {
    Object.assign(this, { button, name });
    this.kept = JSON.parse(sessionStorage.getItem(name) || '{"moves": [], "versions": {}}');
    this.show();
  }

  /** A move: {kind: "move" | "create" | "remove", slot: what was there before, or what is there now for "create"}. */
  push(move) {
    this.kept.moves = [...this.kept.moves, move].slice(-LIMIT);
    this.save();
  }

  pop() {
    const move = this.kept.moves.pop();
    this.save();
    return move;
  }

  /** The version that this tab itself made last: what somebody else did since is not taken back unseen. */
  own(slot) {
    return this.kept.versions[slot.id] ?? slot.version;
  }

  /** The newest version that was seen here, in the grid or in the answer to a move that the grid does not show yet. */
  newest(slot) {
    return Math.max(slot.version, this.kept.versions[slot.id] ?? 0);
  }

  saw(slot) {
    this.kept.versions[slot.id] = slot.version;
    this.save();
  }

  /** A slot that was taken out came back as another one. */
  renamed(before, after) {
    for (const move of this.kept.moves) if (move.slot.id === before) move.slot.id = after;
    this.save();
  }

  save() {
    sessionStorage.setItem(this.name, JSON.stringify(this.kept));
    this.show();
  }

  show() {
    if (!this.button) return;
    this.button.hidden = false;
    this.button.disabled = this.kept.moves.length === 0;
  }
}
