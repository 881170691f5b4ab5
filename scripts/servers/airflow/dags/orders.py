"""What the tests start, read and wait for in Airflow."""

import time

from airflow.sdk import Asset, dag, task

orders = Asset("s3://lake/raw/orders")


@dag(schedule=None, catchup=False)
def orders_load():
    """Does as its conf says: `rows` is what it returns, `fail` lets it fail, `fail_once` only its first try, `sleep` makes it last."""

    @task(outlets=[orders])
    def load(*, dag_run, ti, outlet_events):
        conf = dag_run.conf or {}
        time.sleep(conf.get("sleep", 0))
        if conf.get("fail") or (conf.get("fail_once") and ti.try_number == 1):
            raise ValueError("asked to fail")
        outlet_events[orders].extra = {"rows": conf.get("rows", 0)}
        return {"rows": conf.get("rows", 0)}

    load()


@dag(schedule=None, catchup=False)
def never_runs():
    """Assets for tests that make their events themselves, each with some of its own."""

    @task(outlets=[Asset(f"s3://lake/test/{n}") for n in range(60)])
    def write(): ...

    write()


orders_load()
never_runs()
