import { numberFormat } from '../lib/formats.ts';
import { escapeHtml } from './html.ts';
import type { Locale } from './i18n.ts';

export type Tone = 'accent' | 'success' | 'warning' | 'danger' | 'muted';
export type Series = { name: string; values: readonly number[]; tone?: Tone };
export type Chart = {
  label: string;
  labels: readonly string[];
  series: readonly Series[];
  height?: number;
  stacked?: boolean;
};
type Scale = { top: number; ticks: number[]; y: (value: number) => number; width: number };

const tones: Tone[] = ['accent', 'success', 'warning', 'danger', 'muted'];
const step = 10;

/** A line per series over the labels. The plot stretches to its place; words are HTML, so they stay readable on a phone. */
export function lineChart(chart: Chart, locale: Locale = 'ru'): string {
  const scale = scaleOf(chart, Math.max(0, ...chart.series.flatMap((series) => series.values)));
  const marks = chart.series.map((series, index) => {
    const points = series.values.map((value, i) => `${(i + 0.5) * step} ${scale.y(value)}`);
    const tone = toneOf(series, index);
    const area = chart.series.length === 1 ? areaUnder(points, tone) : '';
    const dots = points.map((point) => `M${point}h0`).join('');
    return `${area}<path class="chart-line chart-${tone}" d="M${points.join('L')}"/><path class="chart-dots chart-${tone}" d="${dots}"/>`;
  });
  return frame(chart, scale, marks.join(''), locale);
}

/** Bars per label, side by side, or one on another when `stacked` (then the axis fits the sums). */
export function barChart(chart: Chart, locale: Locale = 'ru'): string {
  const sums = chart.labels.map((_, i) => chart.series.reduce((sum, series) => sum + (series.values[i] ?? 0), 0));
  const highest = chart.stacked ? Math.max(0, ...sums) : Math.max(0, ...chart.series.flatMap(({ values }) => values));
  const scale = scaleOf(chart, highest);
  const marks = chart.labels.map((_, i) => barsAt(chart, scale, i)).join('');
  return frame(chart, scale, marks, locale);
}

function scaleOf(chart: Chart, highest: number): Scale {
  const high = Math.max(highest, 4);
  const rough = high / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const unit =
    [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= rough && Number.isInteger(n)) ?? Math.ceil(rough);
  const count = Math.ceil(high / unit);
  const top = unit * count;
  const y = (value: number) => Math.round((100 - (value / top) * 100) * 100) / 100;
  return {
    top,
    ticks: Array.from({ length: count + 1 }, (_, n) => (count - n) * unit),
    y,
    width: chart.labels.length * step,
  };
}

function areaUnder(points: string[], tone: Tone): string {
  const first = points[0]?.split(' ')[0] ?? '0';
  const last = points.at(-1)?.split(' ')[0] ?? '0';
  return `<path class="chart-area chart-${tone}" d="M${first} 100L${points.join('L')}L${last} 100Z"/>`;
}

function barsAt(chart: Chart, scale: Scale, i: number): string {
  const room = step * 0.64;
  const width = chart.stacked ? room : room / chart.series.length;
  let base = 0;
  return chart.series
    .map((series, index) => {
      const value = series.values[i] ?? 0;
      const x = i * step + (step - room) / 2 + (chart.stacked ? 0 : index * width);
      const bottom = scale.y(chart.stacked ? base : 0);
      const height = Math.round((value / scale.top) * 10_000) / 100;
      base += value;
      const y = Math.round((bottom - height) * 100) / 100;
      return `<rect class="chart-bar chart-${toneOf(series, index)}" x="${x.toFixed(2)}" y="${y}" width="${width.toFixed(2)}" height="${height}"/>`;
    })
    .join('');
}

function frame(chart: Chart, scale: Scale, marks: string, locale: Locale): string {
  const format = numberFormat(locale, { notation: scale.top >= 10_000 ? 'compact' : 'standard' });
  const grid = scale.ticks.map((tick) => `<path class="chart-grid" d="M0 ${scale.y(tick)}H${scale.width}"/>`).join('');
  const ticks = scale.ticks.map((tick) => `<span>${format.format(tick)}</span>`).join('');
  return `<div class="chart-plot"><div class="chart-y" aria-hidden="true">${ticks}</div>
<svg class="chart-svg" role="img" aria-label="${escapeHtml(chart.label)}" viewBox="0 0 ${scale.width} 100" height="${chart.height ?? 200}" preserveAspectRatio="none">${grid}${marks}${hits(chart, locale)}</svg>
<div class="chart-x" aria-hidden="true">${axisLabels(chart.labels)}</div></div>`;
}

function hits(chart: Chart, locale: Locale): string {
  const format = numberFormat(locale, {});
  return chart.labels
    .map((label, i) => {
      const values = chart.series.map(({ name, values }) => `${name}: ${format.format(values[i] ?? 0)}`);
      const words = escapeHtml([label, ...values].join('\n'));
      return `<rect class="chart-hit" x="${i * step}" y="0" width="${step}" height="100"><title>${words}</title></rect>`;
    })
    .join('');
}

function axisLabels(labels: readonly string[]): string {
  const every = Math.ceil(labels.length / 7);
  return labels.map((label, i) => `<span>${i % every === 0 ? escapeHtml(label) : ''}</span>`).join('');
}

function toneOf(series: Series, index: number): Tone {
  return series.tone ?? tones[index % tones.length] ?? 'accent';
}
