-- A day anew: each sale once, the newest line of it, and only those that are worth something.
delete from clean.sales where ds = :ds;

insert into clean.sales (ds, sale_id, customer_id, product_id, quantity, unit_price, total_amount, sold_at)
select distinct on (sale_id) ds, sale_id, customer_id, product_id, quantity, unit_price, quantity * unit_price, sold_at
from staging.sales
where ds = :ds and customer_id is not null and product_id is not null and quantity * unit_price > 0
order by sale_id, file desc, line desc;
