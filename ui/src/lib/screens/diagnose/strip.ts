import type { Chart, PointState } from "$lib/backend/generated/types";
import { STATES } from "$lib/logic/diagnosis";
import { dayAndTime } from "$lib/logic/time";

export const ORDER: readonly PointState[] = ["well", "slow", "down", "refused"];

/** How high a stretch stands, as a part of the strip: the state is told without its colour too. */
export const HEIGHT: Record<PointState, number> = { well: 1, slow: 0.66, down: 0.33, refused: 0.33 };

const COLOUR: Record<PointState, string> = {
  well: "--pass",
  slow: "--warn",
  down: "--fail",
  refused: "--unknown",
};

export const colour = (state: PointState): string => COLOUR[state];

export interface Bar {
  state: PointState;
  x: number;
  width: number;
  looks: number;
  longest: number;
}

/** The stretches on a strip of this width. The last one reaches the right edge. */
export function bars(chart: Chart, width: number, until: number): Bar[] {
  const from = Date.parse(chart.stretches[0]?.from ?? "");
  const span = Math.max(1, until - from);
  const x = (at: number) => (Math.min(Math.max(at - from, 0), span) / span) * width;
  return chart.stretches.map((stretch, at) => {
    const begins = x(Date.parse(stretch.from));
    const next = chart.stretches[at + 1];
    const ends = next ? x(Date.parse(next.from)) : width;
    return {
      state: stretch.state,
      x: begins,
      width: Math.max(2, ends - begins),
      looks: stretch.looks,
      longest: stretch.longest_ms,
    };
  });
}

/** The strip as a PNG for the vendor's support, in the colours on the screen. */
export async function png(chart: Chart, title: string, until: number): Promise<Blob | undefined> {
  const [width, height, edge, strip] = [1200, 220, 32, 84];
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  if (!pen) return undefined;
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const font = (size: number, weight = 450) => `${weight} ${size}px ${token("--font-sans") || "sans-serif"}`;
  pen.fillStyle = token("--surface");
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = token("--text");
  pen.font = font(18, 600);
  pen.fillText(title, edge, 40, width - 2 * edge);
  pen.fillStyle = token("--sunken");
  pen.fillRect(edge, 62, width - 2 * edge, strip);
  for (const bar of bars(chart, width - 2 * edge, until)) {
    const high = strip * HEIGHT[bar.state];
    pen.fillStyle = token(colour(bar.state));
    pen.fillRect(edge + bar.x, 62 + strip - high, bar.width, high);
  }
  pen.fillStyle = token("--text-soft");
  pen.font = font(14);
  const [first, last] = [chart.points[0], chart.points.at(-1)];
  pen.fillText(first ? dayAndTime(first.at) : "", edge, 168);
  pen.textAlign = "right";
  pen.fillText(last ? dayAndTime(last.at) : "", width - edge, 168);
  pen.textAlign = "left";
  let x = edge;
  for (const state of ORDER.filter((one) => chart.stretches.some((stretch) => stretch.state === one))) {
    pen.fillStyle = token(colour(state));
    pen.fillRect(x, 188, 12, 12);
    pen.fillStyle = token("--text-soft");
    pen.fillText(STATES[state], x + 18, 199);
    x += 44 + pen.measureText(STATES[state]).width;
  }
  pen.textAlign = "right";
  pen.fillText("Measured from this computer", width - edge, 199);
  return new Promise((done) => canvas.toBlob((blob) => done(blob ?? undefined), "image/png"));
}
