create schema if not exists analytics;

create table if not exists analytics.marketing_roi (
  day date not null, campaign_id text not null, cost_cents bigint not null, revenue_cents bigint not null, orders int not null,
  roi numeric(12, 4), click_rate numeric(8, 4), primary key (day, campaign_id));
