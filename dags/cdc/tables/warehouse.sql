create schema if not exists replica;

create table if not exists replica.customers (
  customer_id text primary key, name text not null, email text not null, changed_at timestamptz not null);
