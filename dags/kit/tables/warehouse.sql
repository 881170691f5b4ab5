create schema if not exists kit;
create table if not exists kit.orders (order_id text primary key, product text not null, region text not null, amount numeric(12, 2) not null);
create table if not exists kit.top_products (product text primary key, amount numeric(14, 2) not null);
create table if not exists kit.top_regions (region text primary key, amount numeric(14, 2) not null);
