create schema if not exists events;
create schema if not exists metrics;

create table if not exists events.user_behaviour (
  event_id text primary key, user_id text not null, session_id text not null, kind text not null, amount numeric(12, 2),
  happened_at timestamptz not null, run text not null);
create index if not exists user_behaviour_by_time on events.user_behaviour (happened_at);

create table if not exists metrics.hourly_users (
  hour timestamptz primary key, users int not null, sessions int not null, events int not null, average_purchase numeric(12, 2));
