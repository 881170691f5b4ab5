delete from sales.sold_by_campaign where day = :day;

insert into sales.sold_by_campaign (day, campaign_id, orders, revenue_cents)
select day, campaign_id, count(*), sum(amount_cents) from sales.orders where day = :day and campaign_id is not null group by day, campaign_id;

select count(*)::int as campaigns, coalesce(sum(revenue_cents), 0)::float8 as revenue from sales.sold_by_campaign where day = :day;
