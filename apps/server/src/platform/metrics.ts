import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** What /metrics shows: one registry for each started Fairlead, so that tests can run several in one process. */
export interface Metrics {
  /** Counts events that only grow; the name gets the prefix `fairlead_`. */
  counter<L extends string = never>(wanted: { name: string; help: string; labels?: readonly L[] }): Counter<L>
  gauge<L extends string = never>(wanted: {
    name: string
    help: string
    labels?: readonly L[]
    /** Asked at each scrape. */
    collect?: (gauge: Gauge<L>) => void | Promise<void>
  }): Gauge<L>
  /** Seconds unless the name says otherwise. */
  histogram<L extends string = never>(wanted: {
    name: string
    help: string
    labels?: readonly L[]
    buckets?: readonly number[]
  }): Histogram<L>
  /** Prometheus text format. */
  text(): Promise<string>
  readonly contentType: string
}

/** Same name twice gives the same metric. `defaults`: also those of Node itself. */
export function createMetrics(options: { defaults?: boolean } = {}): Metrics {
  const registry = new Registry()
  if (options.defaults) collectDefaultMetrics({ register: registry })
  const shape = (wanted: { name: string; help: string }) => ({
    name: `fairlead_${wanted.name}`,
    help: wanted.help,
    registers: [registry],
  })
  const known = <T>(name: string) => registry.getSingleMetric(`fairlead_${name}`) as T | undefined
  return {
    counter: <L extends string>(wanted: { name: string; help: string; labels?: readonly L[] }) =>
      known<Counter<L>>(wanted.name) ?? new Counter<L>({ ...shape(wanted), labelNames: wanted.labels ?? [] }),
    gauge: <L extends string>(wanted: {
      name: string
      help: string
      labels?: readonly L[]
      collect?: (gauge: Gauge<L>) => void | Promise<void>
    }) => {
      const { collect } = wanted
      const asked = collect
        ? {
            collect(this: Gauge<L>) {
              return collect(this)
            },
          }
        : {}
      return (
        known<Gauge<L>>(wanted.name) ??
        new Gauge<L>({ ...shape(wanted), labelNames: wanted.labels ?? [], ...asked })
      )
    },
    histogram: <L extends string>(wanted: {
      name: string
      help: string
      labels?: readonly L[]
      buckets?: readonly number[]
    }) =>
      known<Histogram<L>>(wanted.name) ??
      new Histogram<L>({
        ...shape(wanted),
        labelNames: wanted.labels ?? [],
        ...(wanted.buckets ? { buckets: [...wanted.buckets] } : {}),
      }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
