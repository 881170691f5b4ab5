create schema if not exists staging;
create schema if not exists clean;
create schema if not exists marts;

-- As the stores sent it: what is missing stays missing.
create table if not exists staging.sales (
  ds date not null, file text not null, line int not null,
  sale_id text not null, customer_id text, product_id text, quantity int not null, unit_price numeric(12, 2) not null,
  sold_at timestamptz not null,
  primary key (ds, file, line));

create table if not exists clean.sales (
  ds date not null, sale_id text not null, customer_id text not null, product_id text not null,
  quantity int not null, unit_price numeric(12, 2) not null, total_amount numeric(14, 2) not null, sold_at timestamptz not null,
  primary key (ds, sale_id));

-- Kept by other programs. `changed_xid` lets a watcher find every change, whenever its transaction commits.
create table if not exists clean.customers (
  customer_id text primary key, name text not null, changed_xid xid8 not null default pg_current_xact_id());
create table if not exists clean.products (
  product_id text primary key, name text not null, changed_xid xid8 not null default pg_current_xact_id());
create index if not exists customers_changed on clean.customers (changed_xid, customer_id);
create index if not exists products_changed on clean.products (changed_xid, product_id);
create or replace function clean.note_change() returns trigger language plpgsql as
  $$ begin new.changed_xid := pg_current_xact_id(); return new; end $$;
create or replace trigger note_change before update on clean.customers for each row execute function clean.note_change();
create or replace trigger note_change before update on clean.products for each row execute function clean.note_change();

create table if not exists clean.user_activity (
  event_id text primary key, user_id text not null, action text not null, happened_at timestamptz not null);

create table if not exists clean.accepted_days (ds date primary key, rows int not null);
create table if not exists clean.rejected_days (ds date primary key, rows int not null, nulls int not null, duplicates int not null);

create table if not exists marts.daily_sales (
  ds date not null, product_id text not null, units int not null, revenue numeric(14, 2) not null, primary key (ds, product_id));
create table if not exists marts.sales_analytics (
  ds date not null, sale_id text not null, customer_name text not null, product_name text not null, total_amount numeric(14, 2) not null,
  primary key (ds, sale_id));
