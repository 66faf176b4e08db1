// The drawing of a value over time: a chunk of its own, for nobody needs it before the words around it.
import '@mantine/charts/styles.layer.css';
import { AreaChart } from '@mantine/charts';

type Props = {
  label: string;
  points: readonly { at: string; value: number }[];
  height: number;
  xOf: (at: string) => string;
  yOf: (value: number) => string;
};

export default function TimeChartDrawing({ label, points, height, xOf, yOf }: Props) {
  return (
    <AreaChart
      h={height}
      data={points.map(({ at, value }) => ({ at, value }))}
      dataKey="at"
      series={[{ name: 'value', label, color: 'var(--accent)' }]}
      curveType="monotone"
      gridAxis="x"
      tickLine="none"
      strokeWidth={2}
      withDots={false}
      withGradient
      fillOpacity={0.18}
      gridColor="var(--line)"
      textColor="var(--text-2)"
      strokeDasharray="4 4"
      xAxisProps={{ tickFormatter: xOf, minTickGap: 24, padding: { left: 0, right: 0 } }}
      yAxisProps={{ tickFormatter: yOf, tickCount: 3, width: 46, allowDecimals: false }}
      areaProps={{ isAnimationActive: false }}
      areaChartProps={{ accessibilityLayer: false, margin: { top: 6, right: 16, bottom: 0, left: 0 } }}
      valueFormatter={yOf}
      tooltipProps={{ labelFormatter: (at) => (typeof at === 'string' ? xOf(at) : '') }}
    />
  );
}
