delete from analytics.marketing_roi where day = :ds;

insert into analytics.marketing_roi (day, campaign_id, cost_cents, revenue_cents, orders, roi, click_rate)
select costs.day, costs.campaign_id, costs.cost_cents, coalesce(sold.revenue_cents, 0), coalesce(sold.orders, 0),
       (coalesce(sold.revenue_cents, 0) - costs.cost_cents)::numeric / nullif(costs.cost_cents, 0),
       costs.clicks::numeric / nullif(costs.impressions, 0)
from marketing.campaign_costs costs
left join sales.sold_by_campaign sold using (day, campaign_id)
where costs.day = :ds;
