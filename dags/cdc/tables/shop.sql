-- The operational database, which other programs write. `wal_level = logical`, and the connection's user has REPLICATION.
create table if not exists public.customers (customer_id text primary key, name text not null, email text not null);

do $$ begin
  create publication headgate_customers for table public.customers;
exception when duplicate_object then null;
end $$;
