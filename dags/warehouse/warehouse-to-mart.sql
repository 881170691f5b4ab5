-- A day without sales is made as well: the rows that it had must go.
delete from marts.daily_sales where ds = :ds;

insert into marts.daily_sales (ds, product_id, units, revenue)
select ds, product_id, sum(quantity), sum(total_amount) from clean.sales where ds = :ds group by ds, product_id;
