/** Scenarios to begin with. Each shows one idea, and runs as it is. */
export const EXAMPLES = [
  {
    name: "Two assets",
    text: `# Runs once both have changed.
dags:
  - id: orders-mart
    on:
      all:
        - asset: s3://lake/clean/orders
        - asset: s3://lake/clean/customers
    runs: { duration: 4m }
timeline:
  - at: 2026-11-23T06:00:00Z
    event: { asset: s3://lake/clean/orders, id: orders-1 }
  - at: 2026-11-23T06:05:00Z
    event: { asset: s3://lake/clean/orders, id: orders-2 }
  - at: 2026-11-23T06:12:00Z
    event: { asset: s3://lake/clean/customers, id: customers-1 }
  - at: 2026-11-23T06:30:00Z
`,
  },
  {
    name: "A day of hours",
    text: `# 24 hours make a day; at noon of the next day it takes what is there.
assets:
  - uri: s3://lake/raw/clicks
    partitions: { grain: hour }
dags:
  - id: clicks-daily
    on:
      asset: s3://lake/raw/clicks
      partitions: { map: rollup, grain: day, wait: { atLeast: 3, deadline: 36h } }
    runs: { duration: 10m }
timeline:
  - at: 2026-11-23T01:02:00Z
    event: { asset: s3://lake/raw/clicks, id: h00, partition: 2026-11-23T00 }
  - at: 2026-11-23T02:03:00Z
    event: { asset: s3://lake/raw/clicks, id: h01, partition: 2026-11-23T01 }
  - at: 2026-11-23T03:01:00Z
    event: { asset: s3://lake/raw/clicks, id: h02, partition: 2026-11-23T02 }
  - at: 2026-11-25T00:00:00Z
`,
  },
  {
    name: "Calm after a storm",
    text: `# A burst of events is one run, once it has been quiet for five minutes.
dags:
  - id: reindex
    on: { asset: s3://lake/docs }
    debounce: { quiet: 5m, max: 1h }
    runs: { duration: 2m }
timeline:
  - at: 2026-11-23T09:00:00Z
    event: { asset: s3://lake/docs, id: a }
  - at: 2026-11-23T09:03:00Z
    event: { asset: s3://lake/docs, id: b }
  - at: 2026-11-23T09:06:00Z
    event: { asset: s3://lake/docs, id: c }
  - at: 2026-11-23T10:00:00Z
`,
  },
  {
    name: "Paused meanwhile",
    text: `# What comes while a DAG is paused waits for it.
dags:
  - id: orders-clean
    on: { asset: s3://lake/raw/orders }
    mode: each
    runs: { duration: 3m }
timeline:
  - at: 2026-11-23T08:00:00Z
    pause: orders-clean
  - at: 2026-11-23T08:05:00Z
    event:
      - { asset: s3://lake/raw/orders, id: one }
      - { asset: s3://lake/raw/orders, id: two }
  - at: 2026-11-23T08:20:00Z
    resume: orders-clean
  - at: 2026-11-23T09:00:00Z
`,
  },
] as const;
