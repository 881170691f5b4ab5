create schema if not exists marketing;

-- As the ad platforms export it, one row for each ad.
create table if not exists marketing.ads (
  day date not null, ad_id text not null, campaign_id text not null, impressions int not null, clicks int not null, cost_cents bigint not null,
  primary key (day, ad_id));

create table if not exists marketing.campaign_costs (
  day date not null, campaign_id text not null, impressions bigint not null, clicks bigint not null, cost_cents bigint not null,
  primary key (day, campaign_id));
