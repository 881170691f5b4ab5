import type { AssetEvent } from "../../api/schema.gen.ts";
import { localText } from "../../parts/time-text.ts";
import { type Trend, trendsOf } from "./trends-of.ts";

const WIDTH = 150;
const HEIGHT = 34;

/** The numbers in the data of the newest events, each as a line over time with its newest value. */
export function Trends({ events }: { readonly events: readonly AssetEvent[] }) {
  const trends = trendsOf(events);
  if (trends.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-x-8 gap-y-3 border-b border-line px-4 py-3">
      {trends.map((trend) => (
        <li key={trend.name} className="flex items-end gap-3">
          <div>
            <p className="text-xs text-soft">{trend.name}</p>
            <p className="font-mono text-base font-medium tabular-nums">{trend.points.at(-1)?.value.toLocaleString("en-US")}</p>
          </div>
          <Line trend={trend} />
        </li>
      ))}
    </ul>
  );
}

function Line({ trend: { name, points, low, high } }: { readonly trend: Trend }) {
  const first = points[0]?.at ?? 0;
  // One step for each event: by the clock, what came in bursts would stand on one spot.
  const place = ({ value }: Trend["points"][number], index: number): readonly [number, number] => [
    2 + (index / (points.length - 1)) * (WIDTH - 4),
    HEIGHT - 3 - ((value - low) / Math.max(Number.EPSILON, high - low)) * (HEIGHT - 6),
  ];
  const places = points.map(place);
  const [x, y] = places.at(-1) ?? [0, 0];
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} role="img" aria-label={`${name} from ${low} to ${high} since ${localText(first)}`}>
      <title>{`${low.toLocaleString("en-US")} to ${high.toLocaleString("en-US")} since ${localText(first)}`}</title>
      <polyline points={places.map((pair) => pair.join(",")).join(" ")} fill="none" stroke="var(--color-accent)" strokeWidth="1.4" strokeLinejoin="round" />
      <circle cx={x} cy={y} r="2.2" fill="var(--color-accent)" />
    </svg>
  );
}
