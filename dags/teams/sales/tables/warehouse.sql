create schema if not exists sales;

create table if not exists sales.orders (
  order_id text primary key, day date not null, campaign_id text, amount_cents bigint not null);

create table if not exists sales.sold_by_campaign (
  day date not null, campaign_id text not null, orders int not null, revenue_cents bigint not null, primary key (day, campaign_id));
