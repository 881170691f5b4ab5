create schema if not exists facts;

create table if not exists facts.transactions (
  ds date not null, transaction_id text not null, amount numeric(14, 2) not null, booked_at timestamptz not null, primary key (ds, transaction_id));
