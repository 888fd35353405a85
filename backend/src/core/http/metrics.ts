import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** One value of a metric, with the labels that tell it from others of the same name. */
export interface Sample {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** What a metric is called and means. `labels` are the names of all labels its samples carry. */
export interface MetricDescription {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

/**
 * The numbers at /metrics. They are read from the parts that count them when somebody asks, so counting costs the
 * pipeline nothing but an addition, and there is one truth.
 */
export class Metrics {
  readonly #registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  /** A value that goes up and down. */
  gauge(description: MetricDescription, read: () => Iterable<Sample>): void {
    new Gauge({
      ...this.#options(description),
      collect() {
        this.reset();
        for (const { labels = {}, value } of read()) this.set({ ...labels }, value);
      },
    });
  }

  /** A value that only rises, from 0 at the start of the process. The name ends in `_total`. */
  counter(description: MetricDescription, read: () => Iterable<Sample>): void {
    new Counter({
      ...this.#options(description),
      collect() {
        this.reset();
        for (const { labels = {}, value } of read()) this.inc({ ...labels }, value);
      },
    });
  }

  /** How values are spread; call what it returns with each of them. `buckets` are upper bounds. */
  histogram(description: MetricDescription, buckets: readonly number[]): (value: number) => void {
    const histogram = new Histogram({ ...this.#options(description), buckets: [...buckets] });
    return (value) => histogram.observe(value);
  }

  /** Everything in the Prometheus text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  #options({ name, help, labels = [] }: MetricDescription) {
    return { name, help, labelNames: [...labels], registers: [this.#registry] };
  }
}
