create schema if not exists health;
create table if not exists health.readings (meter_id text not null, read_at timestamptz not null, value numeric not null, primary key (meter_id, read_at));
create table if not exists health.customers (customer_id text primary key, email text);
