-- The days whose sales changed, with the names as they are now.
delete from marts.sales_analytics where ds = any(:days::date[]);

insert into marts.sales_analytics (ds, sale_id, customer_name, product_name, total_amount)
select ds, sale_id, customers.name, products.name, total_amount
from clean.sales join clean.customers using (customer_id) join clean.products using (product_id)
where ds = any(:days::date[]);
