-- Each line of a file is there once, however often the run is repeated.
create table if not exists orders (file text, line int, item text not null, amount numeric not null, primary key (file, line));

insert into orders (file, line, item, amount)
select file, line, item, amount
from jsonb_to_recordset(:lines::jsonb) as lines (file text, line int, item text, amount numeric)
on conflict (file, line) do update set item = excluded.item, amount = excluded.amount;

select count(*)::int as orders, coalesce(sum(amount), 0)::float8 as amount from orders;
