// Which acts Python has answered, and which of them wait for that.

const LONGEST_WAIT = 8000; // ms; by then an act that no one answers has been lost, as with a kernel that was shut down

// `lost` is called when an act stays unanswered for too long.
export function answersOf({ lost, setTimer = setTimeout, clearTimer = clearTimeout }) {
  const waiting = new Map(); // the name of an act → its timer
  let next = null; // [sender, act, more]: the newest of the acts that are sent one at a time
  let last; // the name of the one that was sent last

  function sent(id) {
    if (id !== undefined) waiting.set(id, setTimer(() => expire(id), LONGEST_WAIT));
    return id;
  }
  function expire(id) {
    waiting.delete(id);
    lost();
  }
  // Sends an act, unless one of its kind is on its way: then only the newest is kept.
  function latest(send, act, more) {
    if (waiting.has(last)) next = [send, act, more];
    else last = sent(send(act, more));
  }
  function heard(ids) {
    for (const id of ids) {
      clearTimer(waiting.get(id));
      waiting.delete(id);
    }
    if (next && !waiting.has(last)) {
      const [send, act, more] = next;
      next = null;
      latest(send, act, more);
    }
  }
  return { sent, latest, heard, isWaiting: (id) => waiting.has(id), anyWaiting: () => waiting.size > 0 };
}
