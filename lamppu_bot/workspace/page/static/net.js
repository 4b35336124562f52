// Talking to the workspace: what somebody does goes by POST, what is to be seen comes by a WebSocket.

const PAUSE = 1000;

async function answered(request) {
  try {
    const response = await request;
    return response.ok ? await response.json() : { ok: false, trouble: "failed" };
  } catch {
    return { ok: false, trouble: "lost" };
  }
}

export function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  return answered(fetch(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

export function postFile(path, file, facts) {
  const query = new URLSearchParams({ name: file.name, ...facts });
  return answered(fetch(`${path}?${query}`, { method: "POST", body: file }));
}

// Keeps a connection open: `onState` is given what is to be seen, `onOpen` whether there is a connection.
export class Live {
  constructor(onState, onOpen) {
    this.onState = onState;
    this.onOpen = onOpen;
    this.look = null;
    this.isOpen = true;
    this.connect();
  }

  connect() {
    this.socket = new WebSocket(`ws://${location.host}/live`);
    this.socket.addEventListener("open", () => {
      this.tellOpen(true);
      this.tell();
    });
    this.socket.addEventListener("message", (event) => this.onState(JSON.parse(event.data)));
    this.socket.addEventListener("close", () => {
      this.tellOpen(false);
      setTimeout(() => this.connect(), PAUSE);
    });
  }

  tellOpen(isOpen) {
    if (isOpen !== this.isOpen) this.onOpen(isOpen);
    this.isOpen = isOpen;
  }

  at(look) {
    this.look = look;
    this.tell();
  }

  tell() {
    if (this.look && this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(this.look));
  }
}
