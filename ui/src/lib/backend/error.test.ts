import { afterEach, describe, expect, it, vi } from "vitest";
import {
  asksForAnotherStore,
  isOfTheLink,
  isWireError,
  startedAnew,
  toWireError,
  unreachable,
} from "./error";
import { refused, webBackend } from "./web";

class Socket {
  static last: Socket;
  onopen?: () => void;
  onclose?: () => void;
  onmessage?: (message: { data: string }) => void;
  constructor(readonly url: string) {
    Socket.last = this;
  }
}

function serve(response: () => Promise<Response>) {
  vi.stubGlobal("WebSocket", Socket);
  const fetching = vi.fn(response);
  vi.stubGlobal("fetch", fetching);
  return { backend: webBackend(), fetching };
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("errors", () => {
  it("keeps a wire error as it is", () => {
    const error = { code: "storage", message: "The disk is full.", hint: "Make room." } as const;
    expect(toWireError(error)).toBe(error);
    expect(isWireError({ message: "no code" })).toBe(false);
  });

  it("makes one of anything else", () => {
    expect(toWireError(new Error("boom"))).toMatchObject({ code: "internal" });
    expect(toWireError("boom").message).toContain("boom");
  });

  it("offers another store only where that helps", () => {
    expect(asksForAnotherStore({ code: "store_locked", message: "" })).toBe(true);
    expect(asksForAnotherStore({ code: "storage", message: "" })).toBe(false);
  });
});

describe("the backend of a browser", () => {
  it("posts a command and gives its answer", async () => {
    const { backend, fetching } = serve(async () =>
      Response.json({ profiles: [], recovered: false, unreadable: [] }),
    );
    await expect(backend.call("profile.list", {})).resolves.toEqual({
      profiles: [],
      recovered: false,
      unreadable: [],
    });
    const [path, init] = fetching.mock.calls[0] as unknown as [string, RequestInit];
    expect(path).toBe("/rpc/profile.list");
    expect(init).toMatchObject({ method: "POST", credentials: "same-origin" });
  });

  it("rejects with the wire error of the answer", async () => {
    const error = { code: "not_found", message: "This profile is no longer there." };
    const { backend } = serve(async () => Response.json(error, { status: 404 }));
    await expect(backend.call("profile.get", { id: "x" })).rejects.toEqual(error);
  });

  it("says so when an answer is not ours or there is none", async () => {
    const html = serve(async () => new Response("<html>", { status: 502 }));
    await expect(html.backend.call("app.info", {})).rejects.toMatchObject({ code: "internal" });
    const gone = serve(async () => Promise.reject(new TypeError("refused")));
    await expect(gone.backend.call("app.info", {})).rejects.toMatchObject({ code: "unreachable" });
    expect(isOfTheLink(refused(401))).toBe(true);
    expect(isOfTheLink(refused(502))).toBe(false);
  });

  it("tells of a lost link, connects again, and then that events were missed", async () => {
    vi.useFakeTimers();
    const { backend } = serve(async () => Response.json({}));
    const links: string[] = [];
    const events: string[] = [];
    backend.watch((link) => links.push(link));
    backend.listen((event) => events.push(event.event));
    const first = Socket.last;
    first.onopen?.();
    first.onmessage?.({ data: '{"event":"profiles"}' });
    first.onclose?.();
    await vi.advanceTimersByTimeAsync(500);
    expect(Socket.last).not.toBe(first);
    Socket.last.onopen?.();
    expect(links).toEqual(["open", "lost", "open"]);
    expect(events).toEqual(["profiles", "lagged"]);
  });

  it("tells apart a program that was started anew from one that does not answer", async () => {
    vi.useFakeTimers();
    const { backend } = serve(async () => new Response("", { status: 401 }));
    const links: string[] = [];
    backend.watch((link) => links.push(link));
    Socket.last.onopen?.();
    Socket.last.onclose?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(links).toEqual(["open", "lost", "closed"]);
  });

  it("never advises to load the page again: what was typed would be lost", () => {
    for (const error of [unreachable(), startedAnew(), refused(401), refused(502)]) {
      expect(`${error.message} ${error.hint}`).not.toMatch(/reload/i);
      expect(error.hint?.toLowerCase()).toContain("copy what you typed");
    }
  });
});
