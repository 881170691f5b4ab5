delete from marketing.campaign_costs where day = :day;

insert into marketing.campaign_costs (day, campaign_id, impressions, clicks, cost_cents)
select day, campaign_id, sum(impressions), sum(clicks), sum(cost_cents) from marketing.ads where day = :day group by day, campaign_id;
