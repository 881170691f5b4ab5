create schema if not exists billing;
create schema if not exists web;

create table if not exists billing.refunds (
  refund_id text primary key, order_id text not null, amount_cents bigint not null, asked_at timestamptz not null);

-- Where a record stood in its topic names it for ever.
create table if not exists web.clicks (
  topic text not null, partition int not null, at_offset bigint not null, user_id text not null, page text not null, clicked_at timestamptz not null,
  primary key (topic, partition, at_offset));
