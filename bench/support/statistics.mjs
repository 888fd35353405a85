/** The value below which the given share (0..1) of the sorted sample lies. */
export function quantile(sample, share) {
  const sorted = [...sample].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** p50, p99 and the largest value, rounded to microseconds for a sample in milliseconds. */
export function summary(sample) {
  const round = (value) => Math.round(value * 1000) / 1000;
  return {
    count: sample.length,
    p50: round(quantile(sample, 0.5)),
    p99: round(quantile(sample, 0.99)),
    max: round(Math.max(...sample)),
  };
}
