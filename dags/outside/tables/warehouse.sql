create schema if not exists shop;

create table if not exists shop.catalogue (article text primary key, price_cents bigint not null, version int not null);

create table if not exists shop.payments (payment_id text primary key, order_id text not null, amount_cents bigint not null);
